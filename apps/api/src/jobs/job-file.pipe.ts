import { Injectable, type PipeTransform } from '@nestjs/common';
import { type JobSpec, parseJobFile } from '#jobs';

/** Reads the body as a job file. A refusal lists every fault with its pointer and its remedy. */
@Injectable()
export class JobFilePipe implements PipeTransform<unknown, JobSpec> {
  transform(body: unknown): JobSpec {
    return parseJobFile(body);
  }
}
