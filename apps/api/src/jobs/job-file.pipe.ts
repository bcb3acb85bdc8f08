import { Injectable, type PipeTransform } from '@nestjs/common';
import { type JobSpec, parseJobFile } from '#jobs';

/** Reads the body as a job file; a refusal tells every fault with its pointer and what to do about it. */
@Injectable()
export class JobFilePipe implements PipeTransform<unknown, JobSpec> {
  transform(body: unknown): JobSpec {
    return parseJobFile(body);
  }
}
