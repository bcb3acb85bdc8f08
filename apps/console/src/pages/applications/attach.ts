import { useIsMutating, useMutation } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { useOutdate } from '../../api/outdate.ts';

export const ATTACHMENTS = '/api/v1/applications/{id}/attachments';

const keyOf = (applicationId: string): readonly string[] => ['attach', applicationId];

/** Sends a file of a kind to an application. It goes on when the step of the files is left. */
export function useAttach(applicationId: string, kind: string) {
  const outdate = useOutdate();
  return useMutation({
    mutationKey: keyOf(applicationId),
    mutationFn: async (file: File) => {
      const { error } = await api.POST(ATTACHMENTS, {
        params: { path: { id: applicationId }, query: { kind, fileName: file.name }, header: { 'Idempotency-Key': crypto.randomUUID() } },
        headers: { 'Content-Type': 'application/octet-stream' },
        body: file as unknown as string,
        bodySerializer: () => file,
      });
      // The refusal of the API, which is shown like the error of every other request.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      if (error !== undefined) throw error;
    },
    onSettled: async () => await outdate(ATTACHMENTS),
  });
}

/** Whether a file of the application is being sent. */
export function useAttaching(applicationId: string): boolean {
  return useIsMutating({ mutationKey: keyOf(applicationId) }) > 0;
}
