import { useQuery } from '@tanstack/react-query';
import { publicApi } from '../../api/client.ts';

/** How people sign in to this installation; undefined until it is known. */
export function useSignInMethods() {
  const { data } = useQuery({
    queryKey: ['sign-in-methods'],
    queryFn: async () => (await publicApi.GET('/api/v1/auth/methods')).data,
    staleTime: Infinity,
  });
  return data;
}
