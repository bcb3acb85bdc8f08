import { HttpStatus, Injectable, type PipeTransform } from '@nestjs/common';
import { JobRefused, type JobSpec, parseJobFile } from '#jobs';
import { HttpProblem } from '../http/problem.ts';

/** Reads the body as a job file; every fault with its pointer and what to do about it. */
@Injectable()
export class JobFilePipe implements PipeTransform<unknown, JobSpec> {
  transform(body: unknown): JobSpec {
    try {
      return parseJobFile(body);
    } catch (error) {
      if (!(error instanceof JobRefused)) throw error;
      throw new HttpProblem(HttpStatus.UNPROCESSABLE_ENTITY, error.code, error.detail, {
        ...(error.remedy !== undefined && { remedy: error.remedy }),
        errors: error.faults.map(({ field, detail, remedy }) => ({ pointer: field, message: `${detail} ${remedy}` })),
      });
    }
  }
}
