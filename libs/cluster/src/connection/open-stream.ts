import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { ApiException } from '@kubernetes/client-node';
import type { PooledKubeConfig } from './pooled-kube-config.ts';

/**
 * The answer to a GET, as a stream: the client's own `Log` lets a broken connection end the process, for its stream has no listener for
 * errors.
 * @throws ApiException for any status but 200
 */
export async function openStream(kubeConfig: PooledKubeConfig, url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const options: RequestOptions = { method: 'GET', signal };
  await kubeConfig.applyToHTTPSOptions(options);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = (url.protocol === 'http:' ? httpRequest : httpsRequest)(url, options, resolve);
    request.on('error', reject);
    request.end();
  });
  response.on('error', () => undefined);
  if (response.statusCode === 200) return response;
  if (response.statusCode === 401) kubeConfig.refused();
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += String(chunk);
  throw new ApiException(response.statusCode ?? 500, url.pathname, body, {});
}
