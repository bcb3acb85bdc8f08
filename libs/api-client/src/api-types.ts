// Generated from the OpenAPI document of the API by `npm run generate:api-types`. Do not edit.
export interface paths {
  '/api/v1/applications': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['applications.list'];
    put?: never;
    post: operations['applications.draft'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['applications.get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch: operations['applications.edit'];
    trace?: never;
  };
  '/api/v1/applications/{id}/attachments': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['attachments.list'];
    put?: never;
    post: operations['attachments.add'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{id}/attachments/{attachment}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['attachments.download'];
    put?: never;
    post?: never;
    delete: operations['attachments.remove'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{id}/comments': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['applications.listComments'];
    put?: never;
    post: operations['applications.comment'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{id}/decision': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['applications.decide'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['applications.events'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{id}/proposal-withdrawal': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['applications.withdrawProposal'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{id}/review': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['applications.review'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{id}/submit': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['applications.submit'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/{id}/withdraw': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['applications.withdraw'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/audit/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['audit.list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/audit/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['audit.export'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/audit/verification': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['audit.verify'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/oidc/callback': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['oidc.finish'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/oidc/start': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['oidc.start'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/password': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['password.choose'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/password-link': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['password.request'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/refresh': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['signin.refresh'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/session': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    delete: operations['signin.signOut'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/sign-in': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['signin.withPassword'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['companies.list'];
    put?: never;
    post: operations['companies.register'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['companies.get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch: operations['companies.change'];
    trace?: never;
  };
  '/api/v1/companies/{id}/balance': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['wallets.balance'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/concurrency-limits/{gpuClass}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put: operations['quotas.limit'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/contacts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['companies.contacts'];
    put: operations['companies.setContacts'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/invitations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['invitations.list'];
    put?: never;
    post: operations['invitations.invite'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/invitations/{invitation}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    delete: operations['invitations.revoke'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/members': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['members.list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/members/{user}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put: operations['members.setRole'];
    post?: never;
    delete: operations['members.remove'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/quota': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['quotas.quota'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/statements/{month}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['statements.statement'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/statements/{month}/file': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['statements.file'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put: operations['companies.setStatus'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/top-ups': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['wallets.listTopUps'];
    put?: never;
    post: operations['wallets.topUp'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/top-ups/{topUp}/reversal': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['wallets.reverseTopUp'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/wallet/entries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['wallets.entries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/decisions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['decisions.list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/decisions/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['decisions.get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/decisions/{id}/confirmation': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['decisions.confirm'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/decisions/{id}/rejection': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['decisions.reject'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/decisions/{id}/withdrawal': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['decisions.withdraw'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/gpu-classes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['gpuclasses.list'];
    put?: never;
    post: operations['gpuclasses.add'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/gpu-classes/{code}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['gpuclasses.get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch: operations['gpuclasses.change'];
    trace?: never;
  };
  '/api/v1/gpu-classes/{code}/prices': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['gpuclasses.prices'];
    put?: never;
    post: operations['gpuclasses.announce'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/grants': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['grants.list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/grants/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['grants.get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/grants/{id}/entries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['grants.entries'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/grants/{id}/freeze': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['grants.freeze'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/grants/{id}/jobs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['grants.jobs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/grants/{id}/proposals': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['grants.propose'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/grants/{id}/unfreeze': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['grants.unfreeze'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/incidents': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['incidents.list'];
    put?: never;
    post: operations['incidents.open'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/incidents/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['incidents.get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/incidents/{id}/reversal': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['incidents.reverse'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/incidents/candidates': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['incidents.candidates'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/incidents/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['incidents.preview'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/invitations/accept': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['invitations.acceptAsNew'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/invitations/view': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['invitations.view'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['jobs.list'];
    put?: never;
    post: operations['jobs.submit'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['jobs.get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['jobs.cancel'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/checkpoints': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['jobs.markCheckpoint'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['jobs.events'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/events/stream': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['jobstreams.eventStream'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/logs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['jobstreams.logs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/logs/stream': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['jobstreams.logStream'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['jobs.resume'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/loops': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['loops.list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['me.me'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me/invitations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['invitations.accept'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me/notices': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['notices.list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me/notices/{id}/read': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put: operations['notices.markRead'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me/notices/read': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put: operations['notices.markReadUpTo'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me/password': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put: operations['password.change'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me/sessions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['me.mySessions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me/sessions/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    delete: operations['me.endSession'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me/tokens': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['me.myTokens'];
    put?: never;
    post: operations['me.createToken'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me/tokens/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    delete: operations['me.revokeToken'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me/totp': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['secondfactor.enrol'];
    delete: operations['secondfactor.remove'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me/totp/confirm': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['secondfactor.confirm'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/months/{month}/closing': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['months.close'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/months/{month}/reconciliation': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['months.reconciliation'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/programmes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['programmes.list'];
    put?: never;
    post: operations['programmes.create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/programmes/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['programmes.get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch: operations['programmes.change'];
    trace?: never;
  };
  '/api/v1/programmes/{id}/appropriations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['programmes.appropriations'];
    put?: never;
    post: operations['programmes.appropriate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/programmes/{id}/settlements/{month}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['months.settlement'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/programmes/{id}/settlements/{month}/file': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['months.settlementFile'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/programmes/{id}/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put: operations['programmes.setStatus'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/quotes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['quotes.quote'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/users': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get: operations['users.list'];
    put?: never;
    post: operations['users.create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/users/{id}/password-link': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['users.sendLink'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/users/{id}/roles': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put: operations['users.setRoles'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/users/{id}/status': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put: operations['users.setStatus'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/users/{id}/unlock': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['users.unlock'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/users/{id}/vouch': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post: operations['users.vouch'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    Acceptance: {
      email: string;
      userId: string;
    };
    AffectedAttempt: {
      attempt: string;
      /** @description How the attempt ended */
      end: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      endedAt: string;
      fromCheckpoint: boolean;
      jobId: string;
      jobName: string;
      nodes: string[];
      reason: string | null;
      refundedGpuSeconds: number;
      /** @description Why another operator must confirm its refund; null: the cluster was seen to fail it */
      secondPerson: string | null;
      /**
       * Format: date-time
       * @description Last checkpoint mark, or the start
       */
      since: string;
      tenantId: string;
    };
    Application: {
      amount: number | null;
      approval: {
        amount: number | null;
        by: string;
        validUntil: string | null;
      } | null;
      companyId: string;
      contactName: string;
      contactPhone: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      createdAt: string;
      decidedAt: string | null;
      dueAt: string | null;
      endorsement: {
        amount: number | null;
        by: string;
        validUntil: string | null;
      } | null;
      grantId: string | null;
      /** @description What a proposed claw-back keeps held of its grant while it is decided */
      held: number;
      id: string;
      /** @enum {string} */
      kind: 'grant' | 'renewal' | 'increase' | 'extension' | 'freeze' | 'claw-back';
      plan: string;
      programmeId: string;
      purpose: string;
      recommendation: {
        amount: number | null;
        by: string;
        validUntil: string | null;
      } | null;
      /** @description How often it was submitted */
      round: number;
      /** @enum {string} */
      status: 'draft' | 'submitted' | 'returned' | 'recommended' | 'endorsed' | 'approved' | 'rejected' | 'withdrawn';
      submittedAt: string | null;
      submittedBy: string | null;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      updatedAt: string;
      validFrom: string | null;
      validUntil: string | null;
      version: number;
    };
    ApplicationComment: {
      actor: {
        id: string;
        kind: string;
        name: string;
      };
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      at: string;
      /** @enum {string} */
      audience: 'everybody' | 'park';
      body: string;
      id: string;
    };
    ApplicationEvents: {
      items: {
        action: string;
        actor: {
          id: string;
          kind: string;
          name: string;
        };
        amount: number | null;
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        at: string;
        /** @description What it said when it was submitted */
        content: {
          [key: string]: string | null;
        } | null;
        id: string;
        opinion: string | null;
        round: number;
        /** @enum {string} */
        status: 'draft' | 'submitted' | 'returned' | 'recommended' | 'endorsed' | 'approved' | 'rejected' | 'withdrawn';
        validUntil: string | null;
      }[];
    };
    ApplicationSummary: {
      amount: number | null;
      approval: {
        amount: number | null;
        by: string;
        validUntil: string | null;
      } | null;
      companyId: string;
      contactName: string;
      contactPhone: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      createdAt: string;
      decidedAt: string | null;
      dueAt: string | null;
      endorsement: {
        amount: number | null;
        by: string;
        validUntil: string | null;
      } | null;
      grantId: string | null;
      /** @description What a proposed claw-back keeps held of its grant while it is decided */
      held: number;
      id: string;
      /** @enum {string} */
      kind: 'grant' | 'renewal' | 'increase' | 'extension' | 'freeze' | 'claw-back';
      programmeId: string;
      purpose: string;
      recommendation: {
        amount: number | null;
        by: string;
        validUntil: string | null;
      } | null;
      /** @description How often it was submitted */
      round: number;
      /** @enum {string} */
      status: 'draft' | 'submitted' | 'returned' | 'recommended' | 'endorsed' | 'approved' | 'rejected' | 'withdrawn';
      submittedAt: string | null;
      submittedBy: string | null;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      updatedAt: string;
      validFrom: string | null;
      validUntil: string | null;
      version: number;
    };
    Appropriations: {
      items: {
        actor: {
          id: string;
          name: string;
        };
        amount: number;
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        at: string;
        id: string;
        reference: string | null;
      }[];
    };
    Attachment: {
      actor: {
        id: string;
        kind: string;
        name: string;
      };
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      addedAt: string;
      fileName: string;
      id: string;
      kind: string;
      /** @description As found in the content */
      mediaType: string;
      sha256: string;
      sizeBytes: number;
    };
    AuditEvent: {
      action: string;
      actor: {
        address: string | null;
        id: string;
        /** @enum {string} */
        kind: 'user' | 'system';
        name: string;
      };
      after: {
        [key: string]: unknown;
      } | null;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      at: string;
      before: {
        [key: string]: unknown;
      } | null;
      /** @description SHA-256 over the bytes of previousHash and payload */
      hash: string;
      id: string;
      objectId: string;
      objectType: string;
      /** @description What was hashed, to the character */
      payload: string;
      previousHash: string;
      reason: string | null;
      seq: number;
      tenantId: string | null;
    };
    AuditVerification: {
      events: number;
      faults: {
        eventId: string;
        fault: string;
        seq: number | null;
      }[];
      /** @description Hash of the link asked for; null where none was asked for or there is none */
      hashAt: string | null;
      /** @description Hash of the last link; written down elsewhere it vouches for all before it */
      head: string;
      intact: boolean;
    };
    Balance: {
      caps: {
        capPerTenant: number | null;
        monthlyCapPerTenant: number | null;
        paid: number;
        paidThisMonth: number;
        programmeId: string;
        programmeName: string;
        /** @enum {string} */
        unit: 'CNY' | 'GPU_SECONDS';
      }[];
      concurrency: {
        gpuClass: string;
        maxGpus: number;
      }[];
      grants: {
        applicationId: string | null;
        available: number;
        carriedOver: boolean;
        companyId: string;
        frozen: boolean;
        held: number;
        id: string;
        name: string;
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        openedAt: string;
        programmeId: string;
        runway: {
          /** @description Of the last seven days */
          consumptionPerDay: number;
          /** @description At that burn; null where nothing burns */
          daysLeft: number | null;
        };
        spent: number;
        /**
         * @description What it is for jobs now; used-up: nothing is available or held
         * @enum {string}
         */
        status: 'not-yet-valid' | 'active' | 'used-up' | 'frozen' | 'expired';
        /**
         * @description CNY: amounts are fen; GPU_SECONDS: amounts are GPU-seconds
         * @enum {string}
         */
        unit: 'CNY' | 'GPU_SECONDS';
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        validFrom: string;
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        validUntil: string;
      }[];
      wallet: {
        availableFen: number;
        heldFen: number;
        runway: {
          /** @description Of the last seven days */
          consumptionPerDayFen: number;
          /** @description At that rate; null where nothing is consumed */
          daysLeft: number | null;
        };
      };
    };
    ChangedProgramme: {
      applicationFrom: string | null;
      applicationUntil: string | null;
      capPerTenant: number | null;
      carryOver: boolean;
      classes: string[];
      code: string;
      coverageBp: number;
      /** @description What waits for a second person before it takes effect */
      decision?: components['schemas']['Decision'];
      decisionDays: number;
      funder: string;
      id: string;
      monthlyCapPerTenant: number | null;
      name: string;
      priority: number;
      requiredAttachments: {
        kind: string;
        name: string;
      }[];
      reviewDays: number;
      secondApprovalAbove: number | null;
      /** @enum {string} */
      status: 'draft' | 'open' | 'paused' | 'closed';
      /** @enum {string} */
      unit: 'CNY' | 'GPU_SECONDS';
      /** @description What of the budget is not promised to grants; for the park only */
      unpromised?: number;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      validFrom: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      validUntil: string;
      version: number;
    };
    Company: {
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      createdAt: string;
      creditCode: string;
      id: string;
      incubationFrom: string | null;
      incubationUntil: string | null;
      name: string;
      slug: string;
      /** @enum {string} */
      status: 'active' | 'suspended' | 'graduated';
      statusReason: string | null;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      statusSince: string;
      version: number;
    };
    ConcurrencyLimits: {
      items: {
        gpuClass: string;
        maxGpus: number;
      }[];
    };
    Contacts: {
      contacts: {
        email: string;
        id: string;
        /** @enum {string} */
        kind: 'legal' | 'finance' | 'technical' | 'general';
        name: string;
        phone: string | null;
      }[];
    };
    Decision: {
      comment: string | null;
      companyId: string | null;
      decidedAt: string | null;
      decidedBy: {
        id: string;
        name: string;
      } | null;
      /**
       * Format: date-time
       * @description When it ends by itself
       */
      expiresAt: string;
      id: string;
      /** @description Such as park-roles, programme-threshold, top-up-reversal, incident-refund, refund-reversal */
      kind: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      proposedAt: string;
      proposedBy: {
        id: string;
        name: string;
      };
      reason: string;
      /** @enum {string} */
      state: 'pending' | 'confirmed' | 'rejected' | 'withdrawn' | 'expired';
      /** @description Id of what it is about */
      subject: string;
      summary: string;
    };
    GpuClass: {
      /** @description false: no new jobs */
      active: boolean;
      code: string;
      gpusPerNode: number;
      /** @description Fen per GPU-hour now */
      listPriceFen: number | null;
      name: string;
      /** @description Labels of the nodes that carry the class */
      nodeSelector: {
        [key: string]: string;
      };
      /** @description As the device plugin announces it, such as nvidia.com/gpu */
      resourceName: string;
      /** @description Such as nvidia, ascend, cambricon, metax */
      vendor: string;
      version: number;
      /** @description How much a GPU-second counts in fair share */
      weight: number;
    };
    Grant: {
      applicationId: string | null;
      available: number;
      carriedOver: boolean;
      companyId: string;
      frozen: boolean;
      held: number;
      id: string;
      name: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      openedAt: string;
      programmeId: string;
      /**
       * @description What it is for jobs now; used-up: nothing is available or held
       * @enum {string}
       */
      status: 'not-yet-valid' | 'active' | 'used-up' | 'frozen' | 'expired';
      /**
       * @description CNY: amounts are fen; GPU_SECONDS: amounts are GPU-seconds
       * @enum {string}
       */
      unit: 'CNY' | 'GPU_SECONDS';
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      validFrom: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      validUntil: string;
    };
    GrantJobs: {
      items: {
        amount: number;
        gpuSeconds: number;
        jobId: string;
        listFen: number;
      }[];
    };
    GrantSheet: {
      applicationId: string | null;
      available: number;
      carriedOver: boolean;
      companyId: string;
      events: {
        actor: {
          id: string;
          kind: string;
          name: string;
        };
        amount: number | null;
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        at: string;
        id: string;
        kind: string;
        reason: string | null;
        validUntil: string | null;
      }[];
      frozen: boolean;
      held: number;
      id: string;
      name: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      openedAt: string;
      programmeId: string;
      promised: number;
      runway: {
        /** @description Of the last seven days */
        consumptionPerDay: number;
        /** @description At that burn; null where nothing burns */
        daysLeft: number | null;
      };
      spent: number;
      /**
       * @description What it is for jobs now; used-up: nothing is available or held
       * @enum {string}
       */
      status: 'not-yet-valid' | 'active' | 'used-up' | 'frozen' | 'expired';
      /**
       * @description CNY: amounts are fen; GPU_SECONDS: amounts are GPU-seconds
       * @enum {string}
       */
      unit: 'CNY' | 'GPU_SECONDS';
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      validFrom: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      validUntil: string;
    };
    Incident: {
      from: string | null;
      id: string;
      node: string | null;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      openedAt: string;
      openedBy: string;
      reason: string;
      /** @description What stands: less what was taken back */
      refundedGpuSeconds: number;
      refunds: {
        attempt: string;
        fromCheckpoint: boolean;
        jobId: string;
        refundedGpuSeconds: number;
        /** @description When it was taken back, because it had been made by mistake */
        reversedAt: string | null;
        /**
         * Format: date-time
         * @description Last checkpoint mark, or the start
         */
        since: string;
        tenantId: string;
      }[];
      until: string | null;
    };
    Invitation: {
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      createdAt: string;
      email: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      expiresAt: string;
      id: string;
      mailed: boolean;
      /** @enum {string} */
      role: 'owner' | 'engineer';
    };
    InvitationView: {
      companyName: string;
      email: string;
      hasAccount: boolean;
      /** @enum {string} */
      role: 'owner' | 'engineer';
    };
    Job: {
      admittedAt: string | null;
      /** @description Admissions so far */
      attempt: number;
      cancelRequestedAt: string | null;
      endedAt: string | null;
      /** @description When its funds run out */
      exhaustsAt: string | null;
      exit: {
        detail: string;
        exitCode: number | null;
        reason: string;
      } | null;
      /** @description The job file; people of the park see names of its environment, not values */
      file: {
        [key: string]: unknown;
      };
      gpuClass: string;
      gpusPerReplica: number;
      graceSeconds: number;
      id: string;
      maxRuntimeSeconds: number;
      name: string;
      /** @description Node of each replica */
      placement: string[] | null;
      /** @enum {string} */
      priority: 'high' | 'normal' | 'low';
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      queuedAt: string;
      replicas: number;
      selfPay: boolean;
      startedAt: string | null;
      /** @enum {string} */
      state:
        'Queued' | 'Admitted' | 'Starting' | 'Running' | 'Suspending' | 'Suspended' | 'Succeeded' | 'Failed' | 'Cancelled' | 'TimedOut';
      stopReason: string | null;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      submittedAt: string;
      submittedBy: string;
      tenantId: string;
      /** @description Why it waits, and until when at the latest */
      waiting: {
        detail: string;
        expectedStart: string | null;
        /** @description Where no start can be estimated: about how many jobs of its class come before it */
        jobsAhead?: number | null;
        reason: string;
      } | null;
    };
    JobEvent: {
      actor: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      at: string;
      attempt: number;
      data: {
        [key: string]: unknown;
      } | null;
      fromState:
        | ('Queued' | 'Admitted' | 'Starting' | 'Running' | 'Suspending' | 'Suspended' | 'Succeeded' | 'Failed' | 'Cancelled' | 'TimedOut')
        | null;
      kind: string;
      reason: string | null;
      sequence: number;
      /** @enum {string} */
      toState:
        'Queued' | 'Admitted' | 'Starting' | 'Running' | 'Suspending' | 'Suspended' | 'Succeeded' | 'Failed' | 'Cancelled' | 'TimedOut';
    };
    JobSummary: {
      admittedAt: string | null;
      /** @description Admissions so far */
      attempt: number;
      cancelRequestedAt: string | null;
      endedAt: string | null;
      /** @description When its funds run out */
      exhaustsAt: string | null;
      exit: {
        detail: string;
        exitCode: number | null;
        reason: string;
      } | null;
      gpuClass: string;
      gpusPerReplica: number;
      graceSeconds: number;
      id: string;
      maxRuntimeSeconds: number;
      name: string;
      /** @description Node of each replica */
      placement: string[] | null;
      /** @enum {string} */
      priority: 'high' | 'normal' | 'low';
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      queuedAt: string;
      replicas: number;
      selfPay: boolean;
      startedAt: string | null;
      /** @enum {string} */
      state:
        'Queued' | 'Admitted' | 'Starting' | 'Running' | 'Suspending' | 'Suspended' | 'Succeeded' | 'Failed' | 'Cancelled' | 'TimedOut';
      stopReason: string | null;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      submittedAt: string;
      submittedBy: string;
      tenantId: string;
      /** @description Why it waits, and until when at the latest */
      waiting: {
        detail: string;
        expectedStart: string | null;
        /** @description Where no start can be estimated: about how many jobs of its class come before it */
        jobsAhead?: number | null;
        reason: string;
      } | null;
    };
    Loops: {
      items: {
        /** @description Failed turns since the last one that succeeded */
        failures: number;
        /**
         * @description What begins a turn: a cron expression, a period, or an event
         * @enum {string}
         */
        kind: 'cron' | 'interval' | 'event';
        lastFailure: string | null;
        lastFailureAt: string | null;
        lastSuccessAt: string | null;
        lastTurnAt: string | null;
        lastTurnMilliseconds: number | null;
        /** @description Host and process id; null while no process leads */
        leader: string | null;
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        leadingSince: string;
        name: string;
        /** @description At the latest; long past while a turn hangs or no process leads */
        nextTurnAt: string | null;
        /** @description Grows each time a process begins to lead */
        term: number;
        /** @description Such as 0 * * * * *, every 600 s, or on jobs, pods; at least every 5 s */
        timing: string;
      }[];
    };
    Me: {
      /** @description What may be done in this capacity */
      actions: (
        | 'company.read'
        | 'company.manage'
        | 'contact.manage'
        | 'member.read'
        | 'member.manage'
        | 'programme.read'
        | 'programme.manage'
        | 'application.read'
        | 'application.write'
        | 'application.review'
        | 'application.decide'
        | 'application.comment'
        | 'grant.read'
        | 'grant.manage'
        | 'wallet.read'
        | 'wallet.topUp'
        | 'catalog.read'
        | 'catalog.manage'
        | 'job.read'
        | 'log.read'
        | 'job.write'
        | 'quote.read'
        | 'statement.read'
        | 'statement.close'
        | 'reconciliation.read'
        | 'incident.manage'
        | 'incident.read'
        | 'cluster.read'
        | 'cluster.manage'
        | 'loop.read'
        | 'audit.read'
        | 'decision.read'
        | 'decision.write'
        | 'user.manage'
        | 'self.read'
        | 'self'
      )[];
      awaitsSecondFactor: boolean;
      companies: {
        id: string;
        name: string;
        /** @enum {string} */
        role: 'owner' | 'engineer' | 'reviewer' | 'administrator' | 'finance' | 'auditor' | 'operator';
        slug: string;
        status: string;
      }[];
      /** @description The company acted for */
      companyId?: string;
      email: string;
      /** @description Whether it was shown that the account belongs to the person of the address */
      emailProven: boolean;
      hasTotp: boolean;
      id: string;
      name: string;
      parkRoles: ('owner' | 'engineer' | 'reviewer' | 'administrator' | 'finance' | 'auditor' | 'operator')[];
      /** @description In the capacity of this request */
      roles: ('owner' | 'engineer' | 'reviewer' | 'administrator' | 'finance' | 'auditor' | 'operator')[];
      /** @description Where days and business months begin in this park: a name of the IANA database */
      timeZone: string;
    };
    Member: {
      email: string;
      emailProven: boolean;
      name: string;
      /** @enum {string} */
      role: 'owner' | 'engineer';
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      since: string;
      userId: string;
    };
    NewInvitation: {
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      createdAt: string;
      email: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      expiresAt: string;
      id: string;
      /** @description For administrators of the park to hand on, when it was not mailed; shown this once */
      link?: string;
      mailed: boolean;
      /** @enum {string} */
      role: 'owner' | 'engineer';
    };
    NewPersonalToken: {
      companyId: string | null;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      expiresAt: string;
      id: string;
      lastUsedAt: string | null;
      name: string;
      scopes: string[];
      /** @description Shown this once */
      token: string;
    };
    NewUser: {
      /** @description To hand on, when it was not mailed; proves nothing */
      link?: string;
      mailed: boolean;
      user: components['schemas']['User'];
    };
    Notice: {
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      at: string;
      id: string;
      /** @description Null: it is unread */
      readAt: string | null;
      /** @description Several lines */
      text: {
        en: string;
        zh: string;
      };
      title: {
        en: string;
        zh: string;
      };
      /** @description What it is about, such as applications-due, funds-warning or drain-warning */
      topic: string;
    };
    OpenedIncident: {
      /** @description What waits for a second person before it takes effect */
      decision?: components['schemas']['Decision'];
      from: string | null;
      id: string;
      node: string | null;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      openedAt: string;
      openedBy: string;
      reason: string;
      /** @description What stands: less what was taken back */
      refundedGpuSeconds: number;
      refunds: {
        attempt: string;
        fromCheckpoint: boolean;
        jobId: string;
        refundedGpuSeconds: number;
        /** @description When it was taken back, because it had been made by mistake */
        reversedAt: string | null;
        /**
         * Format: date-time
         * @description Last checkpoint mark, or the start
         */
        since: string;
        tenantId: string;
      }[];
      until: string | null;
    };
    PersonalToken: {
      companyId: string | null;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      expiresAt: string;
      id: string;
      lastUsedAt: string | null;
      name: string;
      scopes: string[];
    };
    PriceBook: {
      items: {
        fenPerGpuHour: number;
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        from: string;
      }[];
    };
    Problem: {
      /** @description Stable; what programs look at */
      code: string;
      detail: string;
      /** @description Input at fault: a JSON pointer into the body, or a parameter */
      errors?: {
        message: string;
        parameter?: string;
        pointer?: string;
      }[];
      /** @description What to do about it */
      remedy?: string;
      status: number;
      title: string;
      /** @description URN of the code */
      type: string;
    };
    Programme: {
      applicationFrom: string | null;
      applicationUntil: string | null;
      capPerTenant: number | null;
      carryOver: boolean;
      classes: string[];
      code: string;
      coverageBp: number;
      decisionDays: number;
      funder: string;
      id: string;
      monthlyCapPerTenant: number | null;
      name: string;
      priority: number;
      requiredAttachments: {
        kind: string;
        name: string;
      }[];
      reviewDays: number;
      secondApprovalAbove: number | null;
      /** @enum {string} */
      status: 'draft' | 'open' | 'paused' | 'closed';
      /** @enum {string} */
      unit: 'CNY' | 'GPU_SECONDS';
      /** @description What of the budget is not promised to grants; for the park only */
      unpromised?: number;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      validFrom: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      validUntil: string;
      version: number;
    };
    Quota: {
      caps: {
        capPerTenant: number | null;
        monthlyCapPerTenant: number | null;
        paid: number;
        paidThisMonth: number;
        programmeId: string;
        programmeName: string;
        /** @enum {string} */
        unit: 'CNY' | 'GPU_SECONDS';
      }[];
      concurrency: {
        gpuClass: string;
        maxGpus: number;
      }[];
      grants: components['schemas']['Grant'][];
    };
    Quote: {
      fenPerGpuHour: number;
      gpuClass: string;
      gpus: number;
      listFen: number;
      maxRuntimeSeconds: number;
      /** @description GPUs × max runtime */
      quotedGpuSeconds: number;
      selfPaidFen: number;
      shares: {
        /** @description Fen or GPU-seconds, by the unit */
        amount: number;
        coveredGpuSeconds: number;
        /** @description What the source would have left */
        left: number;
        name: string;
        source: string;
        /** @enum {string} */
        unit: 'CNY' | 'GPU_SECONDS';
      }[];
      subsidyFen: number;
      /** @description What nothing would pay today: the job would be suspended before it */
      uncoveredGpuSeconds: number;
    };
    SentLink: {
      /** @description To hand on, when it was not mailed; proves nothing */
      link?: string;
      mailed: boolean;
    };
    Session: {
      address: string | null;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      createdAt: string;
      current: boolean;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      expiresAt: string;
      id: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      lastUsedAt: string;
      /** @enum {string} */
      method: 'password' | 'oidc';
      secondFactor: boolean;
      userAgent: string | null;
    };
    Tokens: {
      accessToken: string;
      expiresInSeconds: number;
      /** @description Absent when it went into the cookie */
      refreshToken?: string;
      sessionId: string;
      /** @enum {string} */
      tokenType: 'Bearer';
    };
    TopUp: {
      amountFen: number;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      at: string;
      by: string;
      entryId: string;
      id: string;
      reference: string;
      reversedAt: string | null;
    };
    TotpEnrolment: {
      secret: string;
      /** @description For a QR code */
      uri: string;
    };
    User: {
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      createdAt: string;
      email: string;
      /** @description How it was shown that the account belongs to the person of the address; null: it was not, and no role for the park is given */
      emailProvenBy: ('mail' | 'oidc' | 'administrator' | 'operator' | 'upgrade') | null;
      hasPassword: boolean;
      hasTotp: boolean;
      id: string;
      name: string;
      parkRoles: ('reviewer' | 'administrator' | 'finance' | 'auditor' | 'operator')[];
      /** @enum {string} */
      status: 'active' | 'disabled';
    };
    UserRoles: {
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      createdAt: string;
      /** @description What waits for a second person before it takes effect */
      decision?: components['schemas']['Decision'];
      email: string;
      /** @description How it was shown that the account belongs to the person of the address; null: it was not, and no role for the park is given */
      emailProvenBy: ('mail' | 'oidc' | 'administrator' | 'operator' | 'upgrade') | null;
      hasPassword: boolean;
      hasTotp: boolean;
      id: string;
      name: string;
      parkRoles: ('reviewer' | 'administrator' | 'finance' | 'auditor' | 'operator')[];
      /** @enum {string} */
      status: 'active' | 'disabled';
    };
    Wallet: {
      availableFen: number;
      heldFen: number;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  'applications.list': {
    parameters: {
      query?: {
        company?: string;
        /** @description nextCursor of the page before */
        cursor?: string;
        grant?: string;
        /** @description Most items on a page */
        limit?: number;
        /** @description Only those whose next step is past due */
        overdue?: 'true' | 'false';
        programme?: string;
        status?: 'draft' | 'submitted' | 'returned' | 'recommended' | 'endorsed' | 'approved' | 'rejected' | 'withdrawn';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['ApplicationSummary'][];
            nextCursor?: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'applications.draft': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description Fen or GPU-seconds, by the programme's unit */
          amount?: number | null;
          contactName?: string;
          contactPhone?: string;
          /** @description The grant to renew, increase or extend */
          grantId?: string;
          /** @enum {string} */
          kind: 'grant' | 'renewal' | 'increase' | 'extension';
          plan?: string;
          /** @description For a grant or renewal; else the grant's */
          programmeId?: string;
          purpose?: string;
          validFrom?: string | null;
          validUntil?: string | null;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Application'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'applications.get': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Application'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'applications.edit': {
    parameters: {
      query?: never;
      header: {
        /** @description ETag of what the change is based on */
        'If-Match': string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description Fen or GPU-seconds, by the programme's unit */
          amount?: number | null;
          contactName?: string;
          contactPhone?: string;
          plan?: string;
          purpose?: string;
          validFrom?: string | null;
          validUntil?: string | null;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Application'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'attachments.list': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Attachment'][];
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'attachments.add': {
    parameters: {
      query: {
        fileName: string;
        kind?: string;
      };
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/octet-stream': string;
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Attachment'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'attachments.download': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        attachment: string;
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'attachments.remove': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        attachment: string;
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is off the application */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'applications.listComments': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['ApplicationComment'][];
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'applications.comment': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /**
           * @description park: not for the company's eyes
           * @default everybody
           * @enum {string}
           */
          audience?: 'everybody' | 'park';
          body: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ApplicationComment'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'applications.decide': {
    parameters: {
      query?: never;
      header: {
        /** @description ETag of what the change is based on */
        'If-Match': string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          amount?: number;
          /** @default  */
          opinion?: string;
          /** Format: date-time */
          validUntil?: string;
          /** @enum {string} */
          verdict: 'approve' | 'return' | 'reject';
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Application'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'applications.events': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ApplicationEvents'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'applications.withdrawProposal': {
    parameters: {
      query?: never;
      header: {
        /** @description ETag of what the change is based on */
        'If-Match': string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @default  */
          reason?: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Application'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'applications.review': {
    parameters: {
      query?: never;
      header: {
        /** @description ETag of what the change is based on */
        'If-Match': string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          amount?: number;
          /** @default  */
          opinion?: string;
          /** Format: date-time */
          validUntil?: string;
          /** @enum {string} */
          verdict: 'recommend' | 'return' | 'decline';
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Application'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'applications.submit': {
    parameters: {
      query?: never;
      header: {
        /** @description ETag of what the change is based on */
        'If-Match': string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Application'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'applications.withdraw': {
    parameters: {
      query?: never;
      header: {
        /** @description ETag of what the change is based on */
        'If-Match': string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @default  */
          reason?: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Application'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'audit.list': {
    parameters: {
      query?: {
        action?: string;
        actorId?: string;
        /** @description nextCursor of the page before */
        cursor?: string;
        from?: string;
        /** @description Most items on a page */
        limit?: number;
        objectId?: string;
        objectType?: string;
        tenantId?: string;
        until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['AuditEvent'][];
            nextCursor?: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'audit.export': {
    parameters: {
      query?: {
        action?: string;
        actorId?: string;
        format?: 'csv' | 'jsonl';
        from?: string;
        objectId?: string;
        objectType?: string;
        tenantId?: string;
        until?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A file */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/x-ndjson': unknown;
          'text/csv': unknown;
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'audit.verify': {
    parameters: {
      query?: {
        /** @description A link whose hash was written down elsewhere */
        at?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AuditVerification'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'oidc.finish': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Into the console, signed in: the refresh token is in its cookie */
      302: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'oidc.start': {
    parameters: {
      query?: {
        /** @description Where in the console to go on */
        returnTo?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description To the provider */
      302: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'password.choose': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          password: string;
          token: string;
        };
      };
    };
    responses: {
      /** @description Chosen; sign in with it */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'password.request': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** Format: email */
          email: string;
        };
      };
    };
    responses: {
      /** @description If there is such an account, a link is on its way */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'signin.refresh': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description Absent: taken from the cookie */
          refreshToken?: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tokens'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'signin.signOut': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Signed out */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'signin.withPassword': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          code?: string;
          /** Format: email */
          email: string;
          /**
           * @description Where the refresh token goes: into the answer, or into an httpOnly cookie that scripts cannot read
           * @default body
           * @enum {string}
           */
          keepIn?: 'body' | 'cookie';
          password: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Tokens'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'companies.list': {
    parameters: {
      query?: {
        /** @description nextCursor of the page before */
        cursor?: string;
        /** @description Most items on a page */
        limit?: number;
        /** @description Part of the name, a credit code, or a slug */
        search?: string;
        status?: 'active' | 'suspended' | 'graduated';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Company'][];
            nextCursor?: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'companies.register': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description 统一社会信用代码, checked by GB 32100 */
          creditCode: string;
          /** Format: date */
          incubationFrom?: string;
          /** Format: date */
          incubationUntil?: string;
          name: string;
          /** @description DNS label; part of the namespace. Absent: made up */
          slug?: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Company'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'companies.get': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Company'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'companies.change': {
    parameters: {
      query?: never;
      header: {
        /** @description ETag of what the change is based on */
        'If-Match': string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          incubationFrom?: string | null;
          incubationUntil?: string | null;
          name?: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Company'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'wallets.balance': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Balance'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'quotas.limit': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        gpuClass: string;
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description null lifts the limit */
          maxGpus: number | null;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ConcurrencyLimits'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'companies.contacts': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Contacts'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'companies.setContacts': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          contacts: {
            /** Format: email */
            email: string;
            /** @enum {string} */
            kind: 'legal' | 'finance' | 'technical' | 'general';
            name: string;
            phone?: string;
          }[];
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Contacts'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'invitations.list': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Invitation'][];
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'invitations.invite': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** Format: email */
          email: string;
          /** @enum {string} */
          role: 'owner' | 'engineer';
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NewInvitation'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'invitations.revoke': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
        invitation: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The link is good no more */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'members.list': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Member'][];
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'members.setRole': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
        user: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @enum {string} */
          role: 'owner' | 'engineer';
        };
      };
    };
    responses: {
      /** @description The role is changed */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'members.remove': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
        user: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The person belongs to the company no more */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'quotas.quota': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Quota'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'statements.statement': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            closedAt?: string;
            /** @description SHA-256 over `document` in canonical JSON: keys sorted, no white space */
            digest: string;
            document: {
              accounts: {
                account: string;
                closing: number;
                movements: {
                  amount: number;
                  kind: string;
                }[];
                opening: number;
                /** @enum {string} */
                unit: 'CNY' | 'GPU_SECONDS';
              }[];
              jobs: {
                gpuClass: string;
                jobId: string;
                shares: {
                  /** @description Paid, in `unit` */
                  amount: number;
                  gpuSeconds: number;
                  /** @description List cost it bore */
                  listFen: number;
                  /** @description `grant:<id>`, `wallet` or `absorbed` */
                  source: string;
                  /** @enum {string} */
                  unit: 'CNY' | 'GPU_SECONDS';
                }[];
                totals: {
                  absorbedFen: number;
                  gpuSeconds: number;
                  listFen: number;
                  selfPaidFen: number;
                  subsidyFen: number;
                };
              }[];
              month: string;
              tenantId: string;
              totals: {
                absorbedFen: number;
                gpuSeconds: number;
                listFen: number;
                selfPaidFen: number;
                subsidyFen: number;
              };
            };
            /** @description What the ids of the document are called; no part of the digest */
            names: {
              company: string;
              creditCode: string;
              grants: {
                [key: string]: string;
              };
              jobs: {
                [key: string]: string;
              };
              /** @description The programme's name, by the id of the grant */
              programmes: {
                [key: string]: string;
              };
            };
            /** @enum {string} */
            status: 'open' | 'closed';
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'statements.file': {
    parameters: {
      query?: {
        /** @description `json` is the canonical form that the digest is over, for programs */
        format?: 'json' | 'csv' | 'xlsx' | 'pdf';
        /** @description The language of `csv`, `xlsx` and `pdf` */
        lang?: 'zh' | 'en';
      };
      header?: never;
      path: {
        id: string;
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A file */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': string;
          'application/pdf': string;
          'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': string;
          'text/csv': string;
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'companies.setStatus': {
    parameters: {
      query?: never;
      header: {
        /** @description ETag of what the change is based on */
        'If-Match': string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          reason: string;
          /** @enum {string} */
          status: 'active' | 'suspended' | 'graduated';
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Company'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'wallets.listTopUps': {
    parameters: {
      query?: {
        /** @description nextCursor of the page before */
        cursor?: string;
        /** @description Most items on a page */
        limit?: number;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['TopUp'][];
            nextCursor?: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'wallets.topUp': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          amountFen: number;
          /** @description Number of the bank transfer or receipt it came with */
          reference: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Wallet'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'wallets.reverseTopUp': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
        topUp: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description Why it is taken back */
          reason: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Decision'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'wallets.entries': {
    parameters: {
      query?: {
        /** @description nextCursor of the page before */
        cursor?: string;
        /** @description Most items on a page */
        limit?: number;
        side?: 'available' | 'held';
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              amount: number;
              balance: number;
              /**
               * Format: date-time
               * @description RFC 3339, UTC
               */
              effectiveAt: string;
              entryId: string;
              gpuSeconds: number;
              jobId?: string;
              kind: string;
              reason?: string;
            }[];
            nextCursor?: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'decisions.list': {
    parameters: {
      query?: {
        /** @description nextCursor of the page before */
        cursor?: string;
        kind?: string;
        /** @description Most items on a page */
        limit?: number;
        state?: 'pending' | 'confirmed' | 'rejected' | 'withdrawn' | 'expired';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Decision'][];
            nextCursor?: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'decisions.get': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Decision'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'decisions.confirm': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          comment?: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Decision'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'decisions.reject': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          comment?: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Decision'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'decisions.withdraw': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          comment?: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Decision'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'gpuclasses.list': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['GpuClass'][];
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'gpuclasses.add': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description false: no new jobs */
          active?: boolean;
          code: string;
          gpusPerNode?: number;
          name?: string;
          /** @description Labels of the nodes that carry the class */
          nodeSelector?: {
            [key: string]: string;
          };
          /** @description As the device plugin announces it, such as nvidia.com/gpu */
          resourceName?: string;
          /** @description Such as nvidia, ascend, cambricon, metax */
          vendor?: string;
          /** @description How much a GPU-second counts in fair share */
          weight?: number;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GpuClass'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'gpuclasses.get': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        code: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GpuClass'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'gpuclasses.change': {
    parameters: {
      query?: never;
      header: {
        /** @description ETag of what the change is based on */
        'If-Match': string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        code: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description false: no new jobs */
          active?: boolean;
          gpusPerNode?: number;
          name?: string;
          /** @description Labels of the nodes that carry the class */
          nodeSelector?: {
            [key: string]: string;
          };
          /** @description As the device plugin announces it, such as nvidia.com/gpu */
          resourceName?: string;
          /** @description Such as nvidia, ascend, cambricon, metax */
          vendor?: string;
          /** @description How much a GPU-second counts in fair share */
          weight?: number;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GpuClass'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'gpuclasses.prices': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        code: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PriceBook'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'gpuclasses.announce': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        code: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          fenPerGpuHour: number;
          /** Format: date-time */
          from: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PriceBook'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'grants.list': {
    parameters: {
      query?: {
        company?: string;
        /** @description nextCursor of the page before */
        cursor?: string;
        /** @description Most items on a page */
        limit?: number;
        programme?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Grant'][];
            nextCursor?: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'grants.get': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GrantSheet'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'grants.entries': {
    parameters: {
      query?: {
        /** @description nextCursor of the page before */
        cursor?: string;
        /** @description Most items on a page */
        limit?: number;
        side?: 'available' | 'held';
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              amount: number;
              balance: number;
              /**
               * Format: date-time
               * @description RFC 3339, UTC
               */
              effectiveAt: string;
              entryId: string;
              gpuSeconds: number;
              jobId?: string;
              kind: string;
              reason?: string;
            }[];
            nextCursor?: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'grants.freeze': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          reason: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GrantSheet'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'grants.jobs': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GrantJobs'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'grants.propose': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description For a claw-back */
          amount?: number;
          /** @enum {string} */
          kind: 'freeze' | 'claw-back';
          opinion: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Application'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'grants.unfreeze': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          reason: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['GrantSheet'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'incidents.list': {
    parameters: {
      query?: {
        /** @description nextCursor of the page before */
        cursor?: string;
        /** @description Most items on a page */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: {
              from: string | null;
              id: string;
              node: string | null;
              /**
               * Format: date-time
               * @description RFC 3339, UTC
               */
              openedAt: string;
              openedBy: string;
              reason: string;
              until: string | null;
            }[];
            nextCursor?: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'incidents.open': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description Attempts by name, such as job_01j8/1; or a span of time */
          attempts?: string[];
          /**
           * Format: date-time
           * @description RFC 3339: when the failure began
           */
          from?: string;
          /** @description The node that failed; absent: attempts the platform is known to have failed */
          node?: string;
          reason: string;
          /**
           * Format: date-time
           * @description RFC 3339: when it was over
           */
          until?: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OpenedIncident'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'incidents.get': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Incident'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'incidents.reverse': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description Attempts whose refund is taken back; absent: all of the incident */
          attempts?: string[];
          reason: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Decision'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'incidents.candidates': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['AffectedAttempt'][];
            refundedGpuSeconds: number;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'incidents.preview': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description Attempts by name, such as job_01j8/1; or a span of time */
          attempts?: string[];
          /**
           * Format: date-time
           * @description RFC 3339: when the failure began
           */
          from?: string;
          /** @description The node that failed; absent: attempts the platform is known to have failed */
          node?: string;
          /**
           * Format: date-time
           * @description RFC 3339: when it was over
           */
          until?: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['AffectedAttempt'][];
            refundedGpuSeconds: number;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'invitations.acceptAsNew': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          name: string;
          password: string;
          token: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Acceptance'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'invitations.view': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          token: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InvitationView'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'jobs.list': {
    parameters: {
      query?: {
        /** @description For the people of the park */
        company?: string;
        /** @description nextCursor of the page before */
        cursor?: string;
        gpuClass?: string;
        /** @description Most items on a page */
        limit?: number;
        /** @description Part of the name */
        name?: string;
        /** @description One or several of the states, separated by commas */
        state?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['JobSummary'][];
            nextCursor?: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'jobs.submit': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @constant */
          apiVersion: 'speedspace.io/v1';
          /** @constant */
          kind: 'Job';
          metadata: {
            annotations?: {
              [key: string]: string;
            };
            name: string;
          };
          spec: {
            args?: string[];
            checkpoint?: {
              /** @default 30s */
              grace?: string;
              /**
               * @default manual
               * @enum {string}
               */
              resume?: 'auto' | 'manual';
            };
            command?: string[];
            cpu?: string;
            env?: {
              [key: string]: string;
            };
            gpuClass: string;
            gpusPerReplica: number;
            image: string;
            maxRuntime: string;
            memory?: string;
            /**
             * @default normal
             * @enum {string}
             */
            priority?: 'high' | 'normal' | 'low';
            replicas?: number;
            retries?: number;
            /** @default false */
            selfPay?: boolean;
          };
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'jobs.get': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'jobs.cancel': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'jobs.markCheckpoint': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            at: string;
            attempt: number;
            jobId: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'jobs.events': {
    parameters: {
      query?: {
        /** @description Only events with a higher number */
        after?: number;
        /** @description nextCursor of the page before */
        cursor?: string;
        /** @description Most items on a page */
        limit?: number;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['JobEvent'][];
            nextCursor?: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'jobstreams.eventStream': {
    parameters: {
      query?: never;
      header?: {
        /** @description Where to resume */
        'Last-Event-ID'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'jobstreams.logs': {
    parameters: {
      query?: {
        /** @description Absent: the last one */
        attempt?: number;
        replica?: number;
        /** @description So many of the last lines */
        tail?: number;
      };
      header?: {
        /** @description Why, for the audit trail: needed of the people of the park; percent-encoded UTF-8 */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'jobstreams.logStream': {
    parameters: {
      query?: {
        /** @description Absent: the last one */
        attempt?: number;
        replica?: number;
        /** @description So many of the last lines */
        tail?: number;
      };
      header?: {
        /** @description Where to resume */
        'Last-Event-ID'?: string;
        /** @description Why, for the audit trail: needed of the people of the park; percent-encoded UTF-8 */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events of type `line`. A carriage return inside a line is a line break of its data. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'jobs.resume': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'loops.list': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Loops'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'me.me': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Me'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'invitations.accept': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          token: string;
        };
      };
    };
    responses: {
      /** @description You belong to the company */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'notices.list': {
    parameters: {
      query?: {
        /** @description nextCursor of the page before */
        cursor?: string;
        /** @description Most items on a page */
        limit?: number;
        /** @description Only those that are unread */
        unread?: 'true' | 'false';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Notice'][];
            nextCursor?: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'notices.markRead': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is read */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'notices.markReadUpTo': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description This notice and all older ones */
          upTo: string;
        };
      };
    };
    responses: {
      /** @description They are read */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'password.change': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          password: string;
          present: string;
        };
      };
    };
    responses: {
      /** @description Changed; all other sessions are over */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'me.mySessions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Session'][];
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'me.endSession': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The session is over */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'me.myTokens': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['PersonalToken'][];
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'me.createToken': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** Format: date-time */
          expiresAt: string;
          name: string;
          scopes: (
            | 'company.read'
            | 'company.manage'
            | 'contact.manage'
            | 'member.read'
            | 'programme.read'
            | 'programme.manage'
            | 'application.read'
            | 'application.write'
            | 'application.review'
            | 'application.decide'
            | 'application.comment'
            | 'grant.read'
            | 'grant.manage'
            | 'wallet.read'
            | 'wallet.topUp'
            | 'catalog.read'
            | 'catalog.manage'
            | 'job.read'
            | 'log.read'
            | 'job.write'
            | 'quote.read'
            | 'statement.read'
            | 'statement.close'
            | 'reconciliation.read'
            | 'incident.manage'
            | 'incident.read'
            | 'cluster.read'
            | 'cluster.manage'
            | 'loop.read'
            | 'audit.read'
            | 'decision.read'
            | 'decision.write'
            | 'self.read'
          )[];
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NewPersonalToken'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'me.revokeToken': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The token is refused from now on */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'secondfactor.enrol': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TotpEnrolment'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'secondfactor.remove': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          code: string;
        };
      };
    };
    responses: {
      /** @description The app is asked for no more */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'secondfactor.confirm': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          code: string;
        };
      };
    };
    responses: {
      /** @description The session counts as signed in with a second factor */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'months.close': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            month: string;
            statements: number;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'months.reconciliation': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            agrees: boolean;
            /** @description What is metered beside what the cluster itself tells of the same pods */
            cluster: {
              agrees: boolean;
              clusterGpuSeconds: number;
              differences: {
                clusterGpuSeconds: number;
                jobId: string;
                meteredGpuSeconds: number;
                podUid: string;
                /**
                 * @description `vanished` and `clock` have a known cause; with any other nothing agrees
                 * @enum {string}
                 */
                reason: 'not-metered' | 'metered-short' | 'metered-long' | 'lost-pod' | 'clock';
              }[];
              /** @description Of the same pods */
              meteredGpuSeconds: number;
              /** @description Pods compared */
              pods: number;
              /**
               * @description `record`: the cluster keeps one; `pods`: those that still exist; `none`: it tells nothing of the month
               * @enum {string}
               */
              source: 'record' | 'pods' | 'none' | 'unreachable';
            };
            /** @description Posted for closed months before, less what was posted later for this one */
            lateGpuSeconds: number;
            ledgerGpuSeconds: number;
            /** @description Pods that were gone before anybody could tell when they ended */
            lost: {
              gpus: number;
              jobId: string;
              /**
               * Format: date-time
               * @description Its end, as far as money goes
               */
              lastSeenAt: string;
              /**
               * Format: date-time
               * @description RFC 3339, UTC
               */
              noticedGoneAt: string;
              podUid: string;
              tenantId: string;
            }[];
            meteredGpuSeconds: number;
            month: string;
            /** @description Credited back for failures of the platform */
            refundedGpuSeconds: number;
            /** @description Pods that are not metered, because the cluster gave them UIDs of earlier ones; while there are any, nothing agrees */
            reused: {
              admissionId: string;
              gpus: number;
              /** @description What it was metered for */
              knownAdmissionId: string;
              podUid: string;
              /**
               * Format: date-time
               * @description RFC 3339, UTC
               */
              startedAt: string;
            }[];
            statementGpuSeconds: number;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'programmes.list': {
    parameters: {
      query?: {
        /** @description nextCursor of the page before */
        cursor?: string;
        /** @description Most items on a page */
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Programme'][];
            nextCursor?: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'programmes.create': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description null: from when the programme opens */
          applicationFrom?: string | null;
          /** @description null: as long as the programme is open */
          applicationUntil?: string | null;
          capPerTenant?: number | null;
          /**
           * @description Prolong an unspent grant once, by its own length, instead of letting it lapse
           * @default false
           */
          carryOver?: boolean;
          classes: string[];
          code: string;
          /** @description Basis points of the list price that the programme pays */
          coverageBp: number;
          decisionDays?: number;
          funder: string;
          monthlyCapPerTenant?: number | null;
          name: string;
          /** @description Stacking order: the lower pays first */
          priority: number;
          requiredAttachments?: {
            kind: string;
            name: string;
          }[];
          reviewDays?: number;
          /** @description Above it, two final approvals; null: always one */
          secondApprovalAbove?: number | null;
          /**
           * @description CNY: amounts are fen; GPU_SECONDS: amounts are GPU-seconds of the one class
           * @enum {string}
           */
          unit: 'CNY' | 'GPU_SECONDS';
          /** Format: date-time */
          validFrom: string;
          /** Format: date-time */
          validUntil: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Programme'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'programmes.get': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Programme'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'programmes.change': {
    parameters: {
      query?: never;
      header: {
        /** @description ETag of what the change is based on */
        'If-Match': string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description null: from when the programme opens */
          applicationFrom?: string | null;
          /** @description null: as long as the programme is open */
          applicationUntil?: string | null;
          capPerTenant?: number | null;
          /** @description Prolong an unspent grant once, by its own length, instead of letting it lapse */
          carryOver?: boolean;
          classes?: string[];
          /** @description Basis points of the list price that the programme pays */
          coverageBp?: number;
          decisionDays?: number;
          funder?: string;
          monthlyCapPerTenant?: number | null;
          name?: string;
          /** @description Stacking order: the lower pays first */
          priority?: number;
          requiredAttachments?: {
            kind: string;
            name: string;
          }[];
          reviewDays?: number;
          /** @description Above it, two final approvals; null: always one */
          secondApprovalAbove?: number | null;
          /**
           * @description CNY: amounts are fen; GPU_SECONDS: amounts are GPU-seconds of the one class
           * @enum {string}
           */
          unit?: 'CNY' | 'GPU_SECONDS';
          /** Format: date-time */
          validFrom?: string;
          /** Format: date-time */
          validUntil?: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ChangedProgramme'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'programmes.appropriations': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Appropriations'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'programmes.appropriate': {
    parameters: {
      query?: never;
      header: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key': string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          amount: number;
          /** @description The funder's document */
          reference?: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Appropriations'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'months.settlement': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            lines: {
              companyName: string;
              creditCode: string;
              shares: {
                /** @description Paid, in `unit` */
                amount: number;
                gpuSeconds: number;
                /** @description List cost it bore */
                listFen: number;
                /** @description `grant:<id>`, `wallet` or `absorbed` */
                source: string;
                /** @enum {string} */
                unit: 'CNY' | 'GPU_SECONDS';
              }[];
              tenantId: string;
              totals: {
                absorbedFen: number;
                gpuSeconds: number;
                listFen: number;
                selfPaidFen: number;
                subsidyFen: number;
              };
            }[];
            month: string;
            programmeId: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'months.settlementFile': {
    parameters: {
      query?: {
        /** @description `json` is the canonical form that the digest is over, for programs */
        format?: 'json' | 'csv' | 'xlsx' | 'pdf';
        /** @description The language of `csv`, `xlsx` and `pdf` */
        lang?: 'zh' | 'en';
      };
      header?: never;
      path: {
        id: string;
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A file */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': string;
          'application/pdf': string;
          'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': string;
          'text/csv': string;
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'programmes.setStatus': {
    parameters: {
      query?: never;
      header: {
        /** @description ETag of what the change is based on */
        'If-Match': string;
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @enum {string} */
          status: 'draft' | 'open' | 'paused' | 'closed';
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Programme'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'quotes.quote': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @constant */
          apiVersion: 'speedspace.io/v1';
          /** @constant */
          kind: 'Job';
          metadata: {
            annotations?: {
              [key: string]: string;
            };
            name: string;
          };
          spec: {
            args?: string[];
            checkpoint?: {
              /** @default 30s */
              grace?: string;
              /**
               * @default manual
               * @enum {string}
               */
              resume?: 'auto' | 'manual';
            };
            command?: string[];
            cpu?: string;
            env?: {
              [key: string]: string;
            };
            gpuClass: string;
            gpusPerReplica: number;
            image: string;
            maxRuntime: string;
            memory?: string;
            /**
             * @default normal
             * @enum {string}
             */
            priority?: 'high' | 'normal' | 'low';
            replicas?: number;
            retries?: number;
            /** @default false */
            selfPay?: boolean;
          };
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Quote'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'users.list': {
    parameters: {
      query?: {
        /** @description nextCursor of the page before */
        cursor?: string;
        /** @description Most items on a page */
        limit?: number;
        /** @description Part of the name or address */
        search?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['User'][];
            nextCursor?: string;
          };
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'users.create': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** Format: email */
          email: string;
          name: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NewUser'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'users.sendLink': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SentLink'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'users.setRoles': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          parkRoles: ('reviewer' | 'administrator' | 'finance' | 'auditor' | 'operator')[];
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UserRoles'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'users.setStatus': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @enum {string} */
          status: 'active' | 'disabled';
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['User'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'users.unlock': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The account is open */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  'users.vouch': {
    parameters: {
      query?: never;
      header?: {
        /** @description Why, for the audit trail, where the body does not say: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': {
          /** @description How the administrator knows that the account is that person's */
          reason: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['User'];
        };
      };
      /** @description A problem (RFC 9457) */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
}
