// Generated from the OpenAPI document of the API by `npm run generate:api-types`. Do not edit.
export interface paths {
  '/api/v1/applications': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List applications
     * @description The park lists what was submitted; a company also lists its own drafts.
     */
    get: operations['applications.list'];
    put?: never;
    /**
     * Draft an application
     * @description The draft is visible to the company only, until it is submitted.
     */
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
    /**
     * Read an application
     * @description The park reads what was submitted; a company also reads its own drafts.
     */
    get: operations['applications.get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change an application
     * @description Changes any field while the application is with its author, as an editor that saves by itself does.
     */
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
    /**
     * List the attachments of an application
     * @description The list holds names, sizes and digests; each file is downloaded by itself.
     */
    get: operations['attachments.list'];
    put?: never;
    /**
     * Attach a file to an application
     * @description The body is the file itself: PDF, PNG, JPEG, Word or Excel. The type is recognised by the content.
     */
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
    /**
     * Download an attachment
     * @description The answer is the file as a download, which browsers do not open in place.
     */
    get: operations['attachments.download'];
    put?: never;
    post?: never;
    /**
     * Remove an attachment
     * @description Only while the application is with its author.
     */
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
    /**
     * List the comments on an application
     * @description A company reads the comments that are for everybody; the park reads all of them.
     */
    get: operations['applications.listComments'];
    put?: never;
    /**
     * Comment on an application
     * @description A comment of a company is for everybody who reads the application; the park chooses the audience.
     */
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
    /**
     * Decide on an application
     * @description The final decision, by another person than the reviewer. Above the threshold of the programme it takes two people.
     */
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
    /**
     * List the steps of an application
     * @description Every step with its comment; a submission also with what it contained.
     */
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
    /**
     * Withdraw a proposal of the park
     * @description Takes back a freeze or claw-back that the caller proposed and on which nobody has decided. What it held is free again.
     */
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
    /**
     * Review an application
     * @description The first review: recommend (推荐), return (退回) or reject (不予支持).
     */
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
    /**
     * Submit an application
     * @description Checks that the application is complete and hands it to the reviewers of the park.
     */
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
    /**
     * Withdraw an application
     * @description Ends an application of the own company on which nobody has decided finally.
     */
    post: operations['applications.withdraw'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/bulk/decision': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Decide on several applications
     * @description Each as by its own route, for the amount and period that were asked for or approved before, with a result of its own: one that is refused does not stop the others.
     */
    post: operations['bulkdecisions.decide'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/applications/bulk/review': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Review several applications
     * @description Each as by its own route, for the amount and period that it asks for, with a result of its own: one that is refused does not stop the others.
     */
    post: operations['bulkdecisions.review'];
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
    /**
     * List audit events
     * @description In the order of the hash chain or from its end, filtered by actor, action, object, company and time.
     */
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
    /**
     * Export audit events
     * @description All events that fit the filter, as a file of JSON lines or CSV.
     */
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
    /**
     * Verify the audit trail
     * @description Recomputes the hash chain over all events and reports what does not fit.
     */
    get: operations['audit.verify'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/methods': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read how people sign in
     * @description What a sign-in page offers.
     */
    get: operations['signin.methods'];
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
    /**
     * Finish a sign-in with the OpenID provider
     * @description The provider redirects the browser to this address, which redirects it into the console.
     */
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
    /**
     * Start a sign-in with the OpenID provider
     * @description Redirects the browser to the provider of the deployment.
     */
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
    /**
     * Choose a password with a link
     * @description The link is valid once.
     */
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
    /**
     * Request a link to choose a password
     * @description The answer is the same whether the address has an account or not.
     */
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
    /**
     * Refresh the access token
     * @description Takes the refresh token from the body or the cookie, and replaces it by a new one.
     */
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
    /**
     * Sign out
     * @description Ends the current session.
     */
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
    /**
     * Sign in with a password
     * @description Answers with an access token, and with a refresh token in the body or in a cookie.
     */
    post: operations['signin.withPassword'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/changes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Follow what changes
     * @description Server-sent events about everything that you may read: which objects changed, not what of them. With `Last-Event-ID` the changes since then come first, each once, for up to 50 minutes. The stream ends with a `problem` when the session ends or your role changes.
     */
    get: operations['changes.follow'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/cluster/nodes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the nodes with their GPUs
     * @description Each node with its state and maintenance, and which job of which company holds how many of its GPUs, until when.
     */
    get: operations['cluster.nodes'];
    put?: never;
    post?: never;
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
    /**
     * List companies
     * @description A company lists itself; the park lists all companies.
     */
    get: operations['companies.list'];
    put?: never;
    /**
     * Register a company
     * @description With its unified social credit code, which no other company has.
     */
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
    /**
     * Read a company
     * @description A company reads itself; the park reads all companies.
     */
    get: operations['companies.get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change a company
     * @description Its name and its time of incubation.
     */
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
    /**
     * Read a company's balance
     * @description Grants and wallet with what is available, held and spent, and how long it lasts.
     */
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
    /**
     * Set a concurrency limit
     * @description Sets or lifts the share and the limit of GPUs of a class that the company may use at once.
     */
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
    /**
     * List the contacts of a company
     * @description The people whom the park contacts about legal, financial, technical and other matters.
     */
    get: operations['companies.contacts'];
    /**
     * Replace the contacts of a company
     * @description The list in the body replaces the one before.
     */
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
    /**
     * List the open invitations of a company
     * @description The list does not hold the links, which are kept nowhere.
     */
    get: operations['invitations.list'];
    put?: never;
    /**
     * Invite a person into a company
     * @description Inviting an address again replaces its open invitation. The answer may hold a link that is kept nowhere, so the request takes no Idempotency-Key.
     */
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
    /**
     * Revoke an invitation
     * @description Its link is refused from now on.
     */
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
    /**
     * List the members of a company
     * @description Each with the role and since when.
     */
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
    /**
     * Change a member's role
     * @description A company keeps at least one owner.
     */
    put: operations['members.setRole'];
    post?: never;
    /**
     * Remove a member
     * @description The person acts for the company no more. A company keeps at least one owner.
     */
    delete: operations['members.remove'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/projects': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the projects of a company
     * @description By code, with the archived ones unless they are left out.
     */
    get: operations['projects.list'];
    put?: never;
    /**
     * Add a project
     * @description Job files name it by its code, which never changes.
     */
    post: operations['projects.create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/projects/{code}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a project
     * @description What it is for, its model and the filing number, and whether it is archived.
     */
    get: operations['projects.get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change, archive or reopen a project
     * @description No new job may name an archived one; jobs that name it go on.
     */
    patch: operations['projects.change'];
    trace?: never;
  };
  '/api/v1/companies/{id}/quota': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a company's quota
     * @description Grants and holds, caps, and how many GPUs the company may use at once.
     */
    get: operations['quotas.quota'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/refunds': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Record a payment out of the wallet of a company that leaves
     * @description For a graduated company, at most what its wallet has available. It is posted once another person of finance confirms it.
     */
    post: operations['transfers.refund'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/runway': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read for how long a company's funds last
     * @description At the rate of the last seven days: which classes, which grants pay in which order, what lapses, and when funds end.
     */
    get: operations['runway.ofCompany'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/space': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the state of a company's namespace
     * @description With its last repairs: what somebody changed or deleted in it, and the controller put right. Both are on the audit trail.
     */
    get: operations['companyspaces.get'];
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
    /**
     * Read a company's statement
     * @description Frozen for a closed month, provisional for the open one.
     */
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
    /**
     * Download a company's statement
     * @description Canonical JSON and FOCUS for programs; CSV, XLSX and PDF for people, in Chinese or English. Lines of CSV are sent as they are read.
     */
    get: operations['statements.file'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/statements/{month}/jobs/{job}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a job's line on a statement
     * @description Who paid which part of the job in the month, corrections counted in, with the digest of the statement once it is closed.
     */
    get: operations['provenance.line'];
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
    /**
     * Suspend, reactivate or graduate a company
     * @description The jobs of a suspended or graduated company are drained after a notice.
     */
    put: operations['companies.setStatus'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/transfers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List a company's bank transfers
     * @description The latest first.
     */
    get: operations['transfers.list'];
    put?: never;
    /**
     * Record a bank transfer into a wallet
     * @description The wallet is credited once another person of finance confirms it. A bank reference counts once.
     */
    post: operations['transfers.record'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/transfers/{transfer}/confirmation': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Confirm a bank transfer
     * @description Posts it. Another person than the one who recorded it does this.
     */
    post: operations['transfers.confirm'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/transfers/{transfer}/proof': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Download the bank's proof of a transfer
     * @description The answer is the file as a download, which browsers do not open in place.
     */
    get: operations['transfers.proof'];
    /**
     * Add the bank's proof of a transfer
     * @description The body is the file itself: PDF, PNG or JPEG. The type is recognised by the content. It replaces one that was added before.
     */
    put: operations['transfers.addProof'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/transfers/{transfer}/rejection': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Reject a bank transfer
     * @description Nothing is posted, and its reference may be recorded again.
     */
    post: operations['transfers.reject'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/transfers/{transfer}/reversal': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Propose the reversal of a bank transfer
     * @description A correcting entry takes the transfer back, or the part of it that is asked for, once another person of finance confirms the decision in the answer.
     */
    post: operations['transfers.reverse'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/companies/{id}/wallet/burn-down': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the burn-down of a wallet
     * @description What was available and held at the end of each day, and the forecast at the rate of the last seven days.
     */
    get: operations['runway.ofWallet'];
    put?: never;
    post?: never;
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
    /**
     * List the ledger entries of a wallet
     * @description The lines of the ledger with the running balance, from the first one on or from the latest one back.
     */
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
    /**
     * List decisions that take two people
     * @description The latest first.
     */
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
    /**
     * Read a decision
     * @description The proposal, its proposer, and until when it waits for a second person.
     */
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
    /**
     * Confirm a decision
     * @description Carries out the proposal. Neither the proposer nor a person who profits from it may confirm it.
     */
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
    /**
     * Reject a decision
     * @description Ends the decision without carrying it out. Another person than the proposer does this.
     */
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
    /**
     * Withdraw a decision
     * @description Ends the decision without carrying it out. The proposer does this.
     */
    post: operations['decisions.withdraw'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/errors': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List error codes
     * @description Each code of a problem with its HTTP status, what it means and what to do about it, in the order of the codes.
     */
    get: operations['errors.list'];
    put?: never;
    post?: never;
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
    /**
     * List GPU classes
     * @description Each class with the price that is valid now.
     */
    get: operations['gpuclasses.list'];
    put?: never;
    /**
     * Add a GPU class
     * @description A new class has no price until one is announced.
     */
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
    /**
     * Read a GPU class
     * @description The class with the price that is valid now.
     */
    get: operations['gpuclasses.get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change a GPU class
     * @description Changes the name, the node selector and what else scheduling needs. Prices are announced separately.
     */
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
    /**
     * List the prices of a GPU class
     * @description Past, present and announced prices, each with the instant from which it is valid.
     */
    get: operations['gpuclasses.prices'];
    put?: never;
    /**
     * Announce a price
     * @description A price is valid from now or later; only the first price of a class may be valid from the past.
     */
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
    /**
     * List grants
     * @description A company lists its own grants; the park lists all of them.
     */
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
    /**
     * Read a grant
     * @description Its terms, its position in the ledger, its events and its forecast.
     */
    get: operations['grants.get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/grants/{id}/burn-down': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the burn-down of a grant
     * @description What was available and held at the end of each day, and the forecast at the rate of the last seven days.
     */
    get: operations['runway.ofGrant'];
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
    /**
     * List the ledger entries of a grant
     * @description The lines of the ledger with the running balance, from the first one on or from the latest one back.
     */
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
    /**
     * Freeze a grant at once
     * @description Stops new holds and moves nothing.
     */
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
    /**
     * List what each job drew from a grant
     * @description One line per job with its GPU-seconds and its amount.
     */
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
    /**
     * Propose a freeze or a claw-back
     * @description Another person decides on it: the answer is the application that it becomes.
     */
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
    /**
     * Lift the freeze of a grant
     * @description Jobs may hold funds of the grant again.
     */
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
    /**
     * List incidents
     * @description The latest first.
     */
    get: operations['incidents.list'];
    put?: never;
    /**
     * Open an incident
     * @description Records that the platform failed jobs, and credits back what each used since its last checkpoint, once. Attempts that the cluster was not seen to fail wait until another operator confirms the decision in the answer (rule M8).
     */
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
    /**
     * Read an incident
     * @description Its attempts with the GPU-seconds and amounts that were credited back.
     */
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
    /**
     * Propose the reversal of refunds
     * @description Charges again what was refunded by mistake, once another operator confirms the decision in the answer.
     */
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
    /**
     * List attempts that await a refund
     * @description Attempts of the last two months that the cluster was seen to fail and that were not refunded.
     */
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
    /**
     * Preview an incident
     * @description Which attempts such an incident concerns and what it credits back. Nothing is written.
     */
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
    /**
     * Accept an invitation with a new account
     * @description For an address that has no account.
     */
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
    /**
     * View an invitation
     * @description What a link invites to. It is a POST, so that the token appears in no address.
     */
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
    /**
     * List jobs
     * @description The latest first, filtered by company, state, GPU class, name and who submitted them.
     */
    get: operations['jobs.list'];
    put?: never;
    /**
     * Submit a job
     * @description The body is a job file in YAML or JSON. All faults of a file are reported at once.
     */
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
    /**
     * Read a job
     * @description Its specification, its state and why it is in it, its attempts and what it used.
     */
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
    /**
     * Cancel a job
     * @description A queued job ends at once; a running one is stopped within its grace.
     */
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
    /**
     * Mark a checkpoint of a job
     * @description The running job could resume from here: a later failure of the platform takes, and refunds, what it ran since.
     */
    post: operations['jobs.markCheckpoint'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/entries': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the ledger entries of a job
     * @description Charges, corrections and refunds with their postings, the latest first; of one month, and with holds, where asked for.
     */
    get: operations['provenance.entries'];
    put?: never;
    post?: never;
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
    /**
     * List the events of a job
     * @description In the order in which they occurred.
     */
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
    /**
     * Follow the events of a job
     * @description Server-sent events: those after `Last-Event-ID`, then each as it occurs. The stream ends with the job.
     */
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
    /**
     * Read the log of a replica
     * @description As text: the last lines, or those of a period or with a text, of all that the cluster still has or that was kept when the pod ended. The header `Log-Source` is `cluster` or `kept`; `Log-Cut` is `true` where the beginning was not kept. People of the park give a reason, which is recorded.
     */
    get: operations['joblogs.text'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/logs/kept': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the kept logs of a job
     * @description What was kept of the log of each pod when it ended, by attempt and replica; of pods that replaced one another the last first.
     */
    get: operations['joblogs.kept'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/logs/lines': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a log in pages
     * @description From the first line on, or from the latest one back, in a period and with a text, of all that the cluster still has or that was kept when the pod ended. The id of any line is a cursor: the page begins behind it. A page ends early where lines are long or take long to find; `nextCursor` then says where to go on, even if the page has no line. People of the park give a reason, which is recorded.
     */
    get: operations['joblogs.lines'];
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
    /**
     * Follow the log of a replica
     * @description Server-sent events: the lines after `Last-Event-ID`, then each as it is written. The stream ends with the pod. A carriage return inside a line, such as a progress bar writes, arrives as a line break of its data. People of the park give a reason, which is recorded.
     */
    get: operations['joblogs.stream'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the GPU utilisation and memory of a job
     * @description Of each replica of an attempt, from its start to its end or until now, with at most 240 points. They come from the Prometheus of the park that scrapes the DCGM exporter; nothing is charged by them.
     */
    get: operations['jobmetrics.read'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/pod-events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List what the cluster reported of the pods of a job
     * @description Events of Kubernetes and reasons in the status of the pods, of all attempts, in the order in which they first occurred: each with a stable code, a sentence in English and Chinese, and what to do. They stay when the pods are gone; a job has at most 500.
     */
    get: operations['podevents.list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/provenance': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Follow a job's cost to its attempts
     * @description The attempts that were admitted, the latest first: price, GPU-seconds that are charged, and who paid and holds what.
     */
    get: operations['provenance.attempts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/provenance/intervals': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the pod intervals of an attempt
     * @description When each pod of the attempt ran, on which node, and its metered GPU-seconds.
     */
    get: operations['provenance.intervals'];
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
    /**
     * Resume a job
     * @description Queues a suspended job again.
     */
    post: operations['jobs.resume'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/{id}/suspend': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Suspend a job
     * @description Stops a job that starts or runs: its pods get SIGTERM and its grace, what it used is charged, and its holds are released. It stays suspended until somebody resumes it, also where its file says that it resumes by itself.
     */
    post: operations['jobs.suspend'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/jobs/bulk': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel, suspend or resume several jobs
     * @description Each as by its own route, with a result of its own: a job that is refused does not stop the others.
     */
    post: operations['jobs.bulk'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/journal-export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Export the journal for the park's accounting system
     * @description CSV of the entries of a period: each entry is a voucher with debits and credits in yuan, on the accounts of the park's chart that the mapping in the body names. It changes nothing. Holds are left out: they move no money.
     */
    post: operations['journal.export'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/keys': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the public keys of the park
     * @description Those that sign closed months and heads of the audit trail, and those that did: a retired key stays published.
     */
    get: operations['keys.list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/ledger/entries/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a ledger entry
     * @description Its postings, what it corrects and is corrected by, the attempt of a job that it is about, and the statement of its month.
     */
    get: operations['provenance.entry'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/limit-groups/{group}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Set the companies of a group
     * @description Makes a group of exactly these companies, which leave the groups of before. Without any, the group and its limits are removed.
     */
    put: operations['limits.group'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/limits': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the tree of limits
     * @description The park, groups of companies and companies: the share and the limit of each GPU class, what is in use, and what is borrowed.
     */
    get: operations['limits.tree'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/limits/{node}/{gpuClass}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Set the limit of a group or the park
     * @description Sets or lifts the share and the limit of GPUs of a class for a group of companies, or for the park. A company has its own.
     */
    put: operations['limits.limit'];
    post?: never;
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
    /**
     * List the loops of the controllers
     * @description Every loop that a controller has led, by name: its leader, its last turn, its failures.
     */
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
    /**
     * Read who you are
     * @description Your account, the company or the park you act for, and the actions you may take.
     */
    get: operations['me.me'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me/drafts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List your drafts
     * @description The forms that you have begun for the company, or the park, that you act for. The latest first, without their content.
     */
    get: operations['drafts.list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me/drafts/{form}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read your draft of a form
     * @description As you saved it last, on any computer.
     */
    get: operations['drafts.get'];
    /**
     * Save your draft of a form
     * @description Replaces the one before. Nobody else can read it. It is kept for 30 days after it was saved last; at most 20 forms.
     */
    put: operations['drafts.save'];
    post?: never;
    /**
     * Delete your draft of a form
     * @description Nothing changes where there is none.
     */
    delete: operations['drafts.remove'];
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
    /**
     * Accept an invitation with your account
     * @description For people who have an account: they join one more company.
     */
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
    /**
     * List your notices
     * @description What concerns you: applications that wait for you, jobs whose funds end or that will be stopped, how your jobs ended, and refunds. The newest first.
     */
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
    /**
     * Mark a notice as read
     * @description The notice stays in the list.
     */
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
    /**
     * Mark notices as read
     * @description Marks all notices up to `upTo` as read; later ones stay unread.
     */
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
    /**
     * Change your password
     * @description All your other sessions end.
     */
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
    /**
     * List your sessions
     * @description Each with its device and its last use; one of them is the current one.
     */
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
    /**
     * End one of your sessions
     * @description Its access and refresh tokens are refused from now on.
     */
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
    /**
     * List your personal tokens
     * @description The list does not hold the tokens themselves, which are kept nowhere.
     */
    get: operations['me.myTokens'];
    put?: never;
    /**
     * Create a personal token
     * @description The answer holds the token, which is kept nowhere else; the request therefore takes no Idempotency-Key.
     */
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
    /**
     * Revoke a personal token
     * @description The token is refused from now on.
     */
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
    /**
     * Set up an authenticator app
     * @description The answer holds the secret for the app, which is shown this once. It is in force when a first code confirms it.
     */
    post: operations['secondfactor.enrol'];
    /**
     * Remove the authenticator app
     * @description Needs a current code of the app.
     */
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
    /**
     * Confirm a code of the authenticator app
     * @description Confirms the app, or adds the second factor to a session that signed in without it.
     */
    post: operations['secondfactor.confirm'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/months': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the months
     * @description From the first month with entries to the present one, the latest first, with the state of each. Who closed a month, its digest and its key are shown to those who may read the record of a month.
     */
    get: operations['months.list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/months/{month}/archive': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Download a month
     * @description A ZIP of all statements and settlement lists that you may read: JSON, and the formats asked for; with the record of the month where it is closed.
     */
    get: operations['months.archive'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/months/{month}/checklist': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the checklist of a month
     * @description What the closing of the month asks for, each with its state, how much there is, and what to do.
     */
    get: operations['months.checklist'];
    put?: never;
    post?: never;
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
    /**
     * Request the closing of a month
     * @description Another person of finance confirms the decision in the answer. Then every company's statement is frozen, and no entry takes effect in the month afterwards.
     */
    post: operations['months.close'];
    /**
     * Open a closed month again (always refused)
     * @description There is no reopening. The answer says what to do instead.
     */
    delete: operations['months.reopen'];
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
    /**
     * Reconcile a month
     * @description The same for one business month of all companies.
     */
    get: operations['reconciliation.ofMonth'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/months/{month}/record': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the record of a closed month
     * @description The digests of all its statements and settlement lists, the record of the month before and the head of the audit trail, signed with the park's key.
     */
    get: operations['months.record'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/months/{month}/usage': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Download the usage of a month
     * @description One line for each job and source of all companies that you may read, as CSV or FOCUS; sent as it is read, however many there are.
     */
    get: operations['months.usage'];
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
    /**
     * List programmes
     * @description Companies list programmes that were opened, without what is left of the budget.
     */
    get: operations['programmes.list'];
    put?: never;
    /**
     * Create a programme
     * @description It is a draft until it is opened.
     */
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
    /**
     * Read a programme
     * @description Companies read programmes that were opened, without what is left of the budget.
     */
    get: operations['programmes.get'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change the terms of a programme
     * @description Unit, coverage and classes are fixed once the programme was opened; from then on, another administrator confirms a change of `secondApprovalAbove`.
     */
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
    /**
     * List the appropriations of a programme
     * @description Each step by which the funder raised the budget.
     */
    get: operations['programmes.appropriations'];
    put?: never;
    /**
     * Record an appropriation
     * @description One step by which the funder raises the budget. It needs an Idempotency-Key, because two steps may look the same.
     */
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
    /**
     * Read the settlement list of a programme
     * @description What the programme paid in the month, per company (兑付清单).
     */
    get: operations['settlements.settlement'];
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
    /**
     * Download the settlement list of a programme
     * @description Canonical JSON for programs; CSV, XLSX and PDF for people, in Chinese or English.
     */
    get: operations['settlements.settlementFile'];
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
    /**
     * Open, pause or close a programme
     * @description A paused programme takes no applications; a closed one stays closed.
     */
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
    /**
     * Quote a job
     * @description What the job costs if it runs as long as it may, who pays, and what a waiting job is told: whether it would start now, its place in the queue, everything that would keep it, and its expected start. Nothing is held.
     */
    post: operations['quotes.quote'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/reconciliation': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Reconcile a period
     * @description Compares what the cluster reported, what was metered, charged and stated, job by job, and gives each difference its reason.
     */
    get: operations['reconciliation.reconcile'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/reconciliation/nightly': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read what nightly reconciliations found
     * @description The last run of each month, and the differences without a known cause that are open. Finance and operators hear of each once.
     */
    get: operations['reconciliation.nightly'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/schedule/what-if': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Simulate the schedule with other nodes or limits
     * @description When each waiting job would start as things are (before), and with the changes (after); for each class also how many start, after how long those start that do so in both, and how many of its GPUs are in use. Computed by the same cycle that schedules, from the queue as the controller published it last. Nothing is changed.
     */
    post: operations['schedule.run'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/search': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Search everything you may read
     * @description Companies, programmes, applications, grants, jobs and people, by any part of their id or name, and months by their beginning: the park finds the month, a company its statement of it. Each kind is searched only if your role, and the token you use, may read it; in a company, you find what belongs to it.
     */
    get: operations['search.search'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/secrets': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List secrets
     * @description Those of your company, by name: what they hold and who wrote it, never a value.
     */
    get: operations['secrets.list'];
    put?: never;
    /**
     * Create a secret
     * @description Credentials of an image registry (`imagePullSecrets` of a job file), variables (`envFrom`) or files (`files`). The values are encrypted, and can be replaced and deleted, but never read again.
     */
    post: operations['secrets.create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/secrets/{name}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read a secret
     * @description What it holds, when it was last used, and which jobs name it; never a value.
     */
    get: operations['secrets.get'];
    /**
     * Replace the values of a secret
     * @description All of them, by values of the same kind. Jobs that start from now on get the new ones; variables of pods that run stay.
     */
    put: operations['secrets.replace'];
    post?: never;
    /**
     * Delete a secret
     * @description Its values and its Kubernetes Secret. Refused while jobs that have not ended name it, unless `evenInUse` says otherwise.
     */
    delete: operations['secrets.remove'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/setup': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read how far the installation is set up
     * @description The steps from a GPU class to the first job, and whether each is done.
     */
    get: operations['setup.read'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/transfers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the bank transfers of all companies
     * @description The latest first; with `state=pending`, those that wait for a second person.
     */
    get: operations['transfers.listAll'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/usage': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read usage by day and GPU class, and who paid
     * @description GPU-seconds, list cost, what each programme paid, what was self-paid and what the park wrote off, by day or by month, of a company or of the whole park. A company reads its own. Without months, it is the present month so far.
     */
    get: operations['usage.read'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/usage/companies': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the usage of all companies
     * @description By company and GPU class, in sum over the months. Without months, it is the present month so far.
     */
    get: operations['usage.ofCompanies'];
    put?: never;
    post?: never;
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
    /**
     * List users
     * @description In the order in which their accounts were created, with the roles they have for the park.
     */
    get: operations['users.list'];
    put?: never;
    /**
     * Create a user of the park
     * @description Roles for the park are granted once the address is proven; people of a company come by invitation. The answer may hold a link that is kept nowhere, so the request takes no Idempotency-Key.
     */
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
    /**
     * Send a user a link to choose a password
     * @description The answer may hold the link, which is kept nowhere, so the request takes no Idempotency-Key.
     */
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
    /**
     * Change the roles of a user for the park
     * @description Roles are taken away at once. New ones take effect when another administrator confirms the decision in the answer.
     */
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
    /**
     * Enable or disable an account
     * @description A disabled account cannot sign in, and its sessions and tokens are refused.
     */
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
    /**
     * Unlock an account
     * @description Opens an account that failed attempts to sign in have locked.
     */
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
    /**
     * Vouch for a user's address
     * @description An administrator answers for the address where neither mail nor an OpenID provider can prove it.
     */
    post: operations['users.vouch'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/utilisation': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the history of utilisation and queue
     * @description Means of the samples by GPU class: GPUs in all, ready and allocated, jobs and GPUs in the queue, and the longest wait. A company reads its own share; the park reads all, and each company in sum.
     */
    get: operations['utilisation.read'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/what-if': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Replay past months under other terms
     * @description Charges the recorded usage of some months again, in its order and by the rules of charging, once with the present terms (before) and once with changed rates, caps and prices (after); per company and in sum. Jobs run as they ran, even where nobody would have paid for them. `exact` says whether before is what was really charged, and `disagreementFen` by how much it is not. Nothing is written.
     */
    post: operations['whatif.run'];
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
        /** @description Its fields when it was submitted */
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
    AttemptIntervals: {
      items: {
        endedAt: string | null;
        /** @description `last-seen`: the pod was lost */
        endSource: ('reported' | 'last-seen') | null;
        gpus: number;
        /** @description GPUs × metered time */
        gpuSeconds: number;
        /**
         * Format: date-time
         * @description Until when it is charged
         */
        meteredUntil: string;
        /** @description Null for pods of before nodes were kept */
        node: string | null;
        podUid: string;
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        startedAt: string;
      }[];
      nextCursor?: string;
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
        maxGpus: number | null;
        share: number | null;
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
          /** @description What it pays in the next whole day, at the rate of the last seven days */
          consumptionPerDay: number;
          /** @description Whole days until it is used up or its validity ends, by the forecast of the company (`/companies/{id}/runway`); null: nothing is left, or not within the horizon */
          daysLeft: number | null;
        };
        spent: number;
        /**
         * @description Whether jobs can use it now; used-up: nothing is available or held
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
          /** @description What it pays in the next whole day, at the rate of the last seven days */
          consumptionPerDayFen: number;
          /** @description Whole days until it is used up or its validity ends, by the forecast of the company (`/companies/{id}/runway`); null: nothing is left, or not within the horizon */
          daysLeft: number | null;
        };
      };
    };
    BankTransfer: {
      amountFen: number;
      comment: string | null;
      companyId: string;
      decidedAt: string | null;
      decidedBy: {
        id: string;
        name: string;
      } | null;
      /** @description The decision that waits for, or was made by, the second person */
      decisionId: string | null;
      /**
       * @description `in`: into the wallet; `out`: paid out of the wallet of a company that leaves
       * @enum {string}
       */
      direction: 'in' | 'out';
      entryId: string | null;
      id: string;
      /** Format: date */
      paidOn: string;
      /** @description The bank's proof; without one nobody confirms */
      proof: {
        fileName: string;
        mediaType: string;
        sha256: string;
        sizeBytes: number;
      } | null;
      /** @description Why it is paid out */
      reason: string | null;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      recordedAt: string;
      recordedBy: {
        id: string;
        name: string;
      };
      reference: string;
      /** @description When nothing of it was left */
      reversedAt: string | null;
      /** @description How much of it was reversed */
      reversedFen: number;
      /**
       * @description Only a confirmed one is posted
       * @enum {string}
       */
      state: 'pending' | 'confirmed' | 'rejected';
    };
    BulkResults: {
      items: {
        id: string;
        ok: boolean;
        /** @description Why it was refused: what the request about this one alone would have answered */
        problem?: components['schemas']['Problem'];
      }[];
    };
    BurnDown: {
      /** @description null for a grant that is over */
      forecast: {
        /** @description used-up: nothing is left; validity: its validity ends; frozen: it pays nothing now; null: it lasts beyond the horizon */
        ends: ('used-up' | 'validity' | 'frozen') | null;
        /** @description A source that is used up ends within the day before */
        endsAt: string | null;
        /** @description What is unused at the end of its validity */
        lapses: number;
        /** @description Available and held now */
        left: number;
        /** @description What is left at the end of each day, until it ends */
        line: {
          /** Format: date */
          day: string;
          left: number;
        }[];
        name: string;
        /** @description What it pays in the first whole day */
        perDay: number;
        /**
         * @description Id of the grant, or wallet
         * @example wallet
         */
        source: string;
        /**
         * @description CNY: amounts are fen; GPU_SECONDS: amounts are GPU-seconds
         * @enum {string}
         */
        unit: 'CNY' | 'GPU_SECONDS';
      } | null;
      /** @description What was left at the end of each day; last: what is left now */
      points: {
        available: number;
        /** Format: date */
        day: string;
        held: number;
      }[];
      /**
       * @description CNY: amounts are fen; GPU_SECONDS: amounts are GPU-seconds
       * @enum {string}
       */
      unit: 'CNY' | 'GPU_SECONDS';
    };
    ChangedProgramme: {
      applicationFrom: string | null;
      applicationUntil: string | null;
      /** @description What funders gave in all; for the park only */
      appropriated?: number;
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
    ClosingChecklist: {
      /** @description The closing that was requested and waits for a second person */
      decision?: components['schemas']['Decision'];
      items: {
        /** @description How many there are of what the item is about; 0 where it is met */
        count: number;
        detail: string;
        /** @enum {string} */
        item: 'month-over' | 'month-open' | 'month-before' | 'lapses' | 'usage' | 'holds' | 'lost-pods' | 'reconciliation' | 'decisions';
        /** @description What to do; absent where it is met */
        remedy?: string;
        /**
         * @description `by-closing`: the closing does it; `attention`: people accept it with a reason, the controller does not; `blocking`: the month cannot be closed
         * @enum {string}
         */
        state: 'met' | 'by-closing' | 'attention' | 'blocking';
      }[];
      month: string;
      /** @description Whether no item blocks the closing */
      ready: boolean;
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
    CompanySpace: {
      namespace: string;
      /** @description When the controller made, repaired or removed it last */
      recordedAt: string | null;
      /** @description The latest first */
      repairs: {
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        at: string;
        changedAt: string | null;
        /** @description Who changed the object last, as far as the cluster knows */
        changedBy: string | null;
        /** @description Empty: the object did not exist */
        differences: {
          field: string;
          /** @description As JSON; null: the field was missing */
          found: string | null;
          /** @description As JSON; null: the field should not exist */
          wanted: string | null;
        }[];
        /** @description Such as ResourceQuota speedspace */
        object: string;
      }[];
      /**
       * @description As the controller left it last; none: it has not made the namespace yet
       * @enum {string}
       */
      state: 'none' | 'present' | 'removed';
    };
    ConcurrencyLimits: {
      items: {
        gpuClass: string;
        maxGpus: number | null;
        share: number | null;
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
      /** @description Such as park-roles, programme-threshold, bank-transfer, bank-transfer-reversal, bank-transfer-part-reversal, incident-refund, refund-reversal, month-closing */
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
    Errors: {
      items: {
        /** @description Stable: programs compare it */
        code: string;
        /** @description Several where the code is used for several cases. … stands for what is known only when the error occurs */
        meanings: string[];
        /** @description Several where the code is used for several cases. … stands for what is known only when the error occurs */
        remedies: string[];
        /** @description HTTP status */
        status: number;
      }[];
    };
    FormDraft: {
      /**
       * @example {
       *       "text": "kind: Job"
       *     }
       */
      content: {
        [key: string]: unknown;
      };
      /**
       * Format: date-time
       * @description When it is deleted, unless it is saved again
       */
      expiresAt: string;
      /** @example job */
      form: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      updatedAt: string;
    };
    FormDraftSummary: {
      /**
       * Format: date-time
       * @description When it is deleted, unless it is saved again
       */
      expiresAt: string;
      /** @example job */
      form: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      updatedAt: string;
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
      /** @description The RuntimeClass of the cluster that runs the pods; null: the default of the node. The next attempts of jobs use a change */
      runtimeClassName: string | null;
      /** @description Taints of nodes that the pods tolerate, besides one whose key is the resource name. Nodes with other taints take no pods of the class */
      tolerations: {
        /**
         * @description Left out: every effect
         * @enum {string}
         */
        effect?: 'NoExecute' | 'NoSchedule' | 'PreferNoSchedule';
        /** @description Key of the taint; left out with the operator Exists: every taint */
        key?: string;
        /** @enum {string} */
        operator: 'Equal' | 'Exists';
        /** @description Only with the effect NoExecute: for how long a pod stays on its node after the node gets the taint */
        tolerationSeconds?: number;
        /** @description Value of the taint, with the operator Equal */
        value?: string;
      }[];
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
       * @description Whether jobs can use it now; used-up: nothing is available or held
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
        jobName?: string;
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
        /** @description What it pays in the next whole day, at the rate of the last seven days */
        consumptionPerDay: number;
        /** @description Whole days until it is used up or its validity ends, by the forecast of the company (`/companies/{id}/runway`); null: nothing is left, or not within the horizon */
        daysLeft: number | null;
      };
      spent: number;
      /**
       * @description Whether jobs can use it now; used-up: nothing is available or held
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
      /** @description Without refunds that were reversed */
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
      /** @description Pods whose program failed and that were started again, as `retries` allows */
      podFailures: {
        /** @description What the last of them ended with */
        detail: string;
        /** @description In attempts before the present one */
        earlier: number;
        inAttempt: number;
        /** @description When Kubernetes starts the next pod, at the latest */
        nextPodBy: string | null;
      } | null;
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
      /** @description How often it was stopped for other jobs, because it is preemptible or borrowed GPUs; null where it never was */
      stoppedForOthers: {
        /** @description GPU-seconds since its checkpoint marks, or its starts: lost if nothing else of them was saved */
        lostGpuSeconds: number;
        times: number;
      } | null;
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
        /** @description What the expected start is computed from */
        assumption: string | null;
        detail: string;
        expectedStart: string | null;
        /** @description Where no start can be estimated: about how many jobs of its class come before it */
        jobsAhead?: number | null;
        /** @description Its place among the waiting jobs of its class, from 1; null where it is not known exactly */
        place: number | null;
        reason: string;
        /** @description Everything that keeps it waiting, the first as in `reason`; no other company is named */
        reasons: components['schemas']['WaitingReason'][];
      } | null;
    };
    JobEntries: {
      items: {
        /** @description The attempt of the job that it is about */
        attemptNumber?: number;
        /** @description The closed month that it belongs to, where it came late */
        belongsTo?: string;
        companyId?: string;
        /** @description The entry that it corrects */
        corrects?: string;
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        effectiveAt: string;
        id: string;
        jobId?: string;
        /** @enum {string} */
        kind:
          | 'budget.appropriated'
          | 'grant.opened'
          | 'grant.amended'
          | 'grant.lapsed'
          | 'grant.clawed-back'
          | 'grant.carried-over'
          | 'wallet.topped-up'
          | 'wallet.refunded'
          | 'hold.placed'
          | 'hold.released'
          | 'usage.metered'
          | 'usage.corrected'
          | 'usage.refunded'
          | 'adjustment';
        postings: {
          account: string;
          /** @description Into the account where positive; in `unit` */
          amount: number;
          gpuSeconds: number;
          listFen: number;
          /** @description What people call it: the name of the grant, `wallet` or `absorbed` */
          name: string;
          /** @enum {string} */
          unit: 'CNY' | 'GPU_SECONDS';
        }[];
        reason?: string;
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        recordedAt: string;
      }[];
      nextCursor?: string;
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
    JobMetrics: {
      attempt: number;
      /** @description `false` where the park has no Prometheus that scrapes the DCGM exporter: then there are no replicas */
      configured: boolean;
      from: string | null;
      /** @description There are more replicas than are shown */
      partial: boolean;
      /** @description Those that were measured, at most 64 */
      replicas: {
        points: {
          /**
           * Format: date-time
           * @description RFC 3339, UTC
           */
          at: string;
          /** @description Memory in use, mean of the GPUs of the replica, in MiB */
          memoryMib: number | null;
          /** @description Mean of the GPUs of the replica, in percent; null where it was not measured */
          utilisation: number | null;
        }[];
        replica: number;
      }[];
      stepSeconds: number | null;
      to: string | null;
    };
    JobProvenance: {
      companyId: string;
      items: {
        admissionId: string;
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        admittedAt: string;
        attempt: number;
        /** @description Since when it is metered whole and holds nothing */
        closedAt: string | null;
        /** @description List price of the day on which it was admitted */
        fenPerGpuHour: number;
        /** @description Charged, refunds taken off */
        gpuSeconds: number;
        /** @description Instant of its last tick */
        meteredUntil: string | null;
        refundedGpuSeconds: number;
        shares: {
          gpuSeconds: number;
          /** @description In `unit` */
          held: number;
          /** @description What people call it: the name of the grant, `wallet` or `absorbed` */
          name: string;
          /** @description In `unit` */
          paid: number;
          /** @description `grant:<id>`, `wallet` or `absorbed` */
          source: string;
          /** @enum {string} */
          unit: 'CNY' | 'GPU_SECONDS';
        }[];
      }[];
      jobId: string;
      jobName: string;
      nextCursor?: string;
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
      /** @description Pods whose program failed and that were started again, as `retries` allows */
      podFailures: {
        /** @description What the last of them ended with */
        detail: string;
        /** @description In attempts before the present one */
        earlier: number;
        inAttempt: number;
        /** @description When Kubernetes starts the next pod, at the latest */
        nextPodBy: string | null;
      } | null;
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
        /** @description What the expected start is computed from */
        assumption: string | null;
        detail: string;
        expectedStart: string | null;
        /** @description Where no start can be estimated: about how many jobs of its class come before it */
        jobsAhead?: number | null;
        /** @description Its place among the waiting jobs of its class, from 1; null where it is not known exactly */
        place: number | null;
        reason: string;
        /** @description Everything that keeps it waiting, the first as in `reason`; no other company is named */
        reasons: components['schemas']['WaitingReason'][];
      } | null;
    };
    KeptLog: {
      attempt: number;
      /** @description Before they were compressed */
      bytes: number;
      /** @description The beginning was not kept */
      cut: boolean;
      /**
       * @description Why the log could not be read before the pod was removed
       * @example null
       */
      failure: string | null;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      keptAt: string;
      lines: number;
      replica: number;
      /**
       * Format: date-time
       * @description When the container of the pod started
       */
      startedAt: string;
    };
    LedgerEntry: {
      /** @description The attempt of the job that it is about */
      attemptNumber?: number;
      /** @description The closed month that it belongs to, where it came late */
      belongsTo?: string;
      companyId?: string;
      /** @description Entries that correct it */
      correctedBy: string[];
      /** @description The entry that it corrects */
      corrects?: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      effectiveAt: string;
      id: string;
      jobId?: string;
      jobName?: string;
      /** @enum {string} */
      kind:
        | 'budget.appropriated'
        | 'grant.opened'
        | 'grant.amended'
        | 'grant.lapsed'
        | 'grant.clawed-back'
        | 'grant.carried-over'
        | 'wallet.topped-up'
        | 'wallet.refunded'
        | 'hold.placed'
        | 'hold.released'
        | 'usage.metered'
        | 'usage.corrected'
        | 'usage.refunded'
        | 'adjustment';
      postings: {
        account: string;
        /** @description Into the account where positive; in `unit` */
        amount: number;
        gpuSeconds: number;
        listFen: number;
        /** @description What people call it: the name of the grant, `wallet` or `absorbed` */
        name: string;
        /** @enum {string} */
        unit: 'CNY' | 'GPU_SECONDS';
      }[];
      reason?: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      recordedAt: string;
      /** @description The month in which it takes effect */
      statement: {
        /**
         * Format: date-time
         * @description Absent: the month is open
         */
        closedAt?: string;
        /** @description SHA-256 of the company's statement of the month */
        digest?: string;
        month: string;
      };
    };
    LimitTree: {
      /** @description each node after the one above it */
      items: {
        classes: {
          /** @description what is in use beyond the share; 0 where there is no share */
          borrowed: number;
          gpuClass: string;
          inUse: number;
          maxGpus: number | null;
          share: number | null;
        }[];
        /** @enum {string} */
        kind: 'park' | 'group' | 'company';
        name: string;
        /** @description `park`, the name of a group, or the id of a company */
        node: string;
        /** @description the node above it; null for the park */
        parent: string | null;
      }[];
    };
    LogLine: {
      /**
       * @description When it was written, RFC 3339 in UTC with nine digits of a second
       * @example 2026-10-15T08:00:00.123456789Z
       */
      at: string;
      /** @description Where it is in the log: a cursor, and the `Last-Event-ID` of the stream */
      id: string;
      /** @example epoch 1 loss 2.31 */
      text: string;
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
        | 'project.read'
        | 'project.manage'
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
        | 'transfer.read'
        | 'catalog.read'
        | 'catalog.manage'
        | 'job.read'
        | 'log.read'
        | 'job.write'
        | 'secret.read'
        | 'secret.write'
        | 'quote.read'
        | 'statement.read'
        | 'month.read'
        | 'statement.close'
        | 'usage.read'
        | 'usage-of-companies.read'
        | 'what-if.read'
        | 'reconciliation.read'
        | 'journal.read'
        | 'incident.manage'
        | 'incident.read'
        | 'cluster.read'
        | 'cluster.manage'
        | 'schedule.read'
        | 'utilisation.read'
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
    Months: {
      /** @description The latest month first */
      items: {
        closedAt: string | null;
        /** @description Of a closed month, for those who may read the records of months */
        closing?: {
          closedBy: string | null;
          /** @description SHA-256 of the record of the month; null where an earlier release closed it */
          digest: string | null;
          /** @description Of the key that signed the record; null where the park had no key */
          keyId: string | null;
          /** @description Null where the park closes months automatically */
          requestedBy: string | null;
          statementCount: number | null;
        };
        /** @description The closing that waits for a second person */
        decision?: components['schemas']['Decision'];
        month: string;
        /**
         * @description `running`: it is not over; `open`: it waits to be closed; `closing`: its closing waits for a second person
         * @enum {string}
         */
        state: 'running' | 'open' | 'closing' | 'closed';
      }[];
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
    NightlyDifference: {
      /** @description The grant or wallet */
      account?: string;
      /** @enum {string} */
      code:
        | 'not-metered'
        | 'metered-short'
        | 'metered-long'
        | 'lost-pod'
        | 'clock'
        | 'not-reported'
        | 'reused-uid'
        | 'not-posted'
        | 'posted-long'
        | 'pending'
        | 'boundary'
        | 'statement-seconds'
        | 'statement-amount'
        | 'statement-changed'
        | 'statement-balance';
      /** @description By the side that is compared with, in `unit` */
      expected: number;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      firstSeenAt: string;
      found: number;
      jobId?: string;
      /**
       * Format: date-time
       * @description When a night last found it
       */
      lastSeenAt: string;
      month: string;
      podUid?: string;
      /** @description A sentence for people */
      reason: string;
      tenantId?: string;
      /** @enum {string} */
      unit: 'GPU_SECONDS' | 'CNY';
    };
    NightlyReconciliation: {
      /** @description Those that are open, at most 1,000 */
      differences: components['schemas']['NightlyDifference'][];
      openDifferences: number;
      /** @description The latest of each month, the latest month first */
      runs: {
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        at: string;
        clusterGpuSeconds: number;
        comparedJobs: number;
        differenceCount: number;
        lateGpuSeconds: number;
        ledgerGpuSeconds: number;
        meteredGpuSeconds: number;
        month: string;
        refundedGpuSeconds: number;
        statementGpuSeconds: number;
      }[];
    };
    Nodes: {
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      at: string;
      items: {
        /** @description Everything for which pods may not start on it */
        closures: {
          /**
           * @description GPU classes to which the node is closed for this
           * @example [
           *       "h800"
           *     ]
           */
          classes: string[];
          /** @enum {string} */
          code: 'not-ready' | 'cordoned' | 'maintenance' | 'taint' | 'unreadable';
          /** @example h800 does not tolerate its taint dedicated=training:NoSchedule. */
          detail: string;
          /** @example dedicated=training:NoSchedule */
          taint: string | null;
        }[];
        /**
         * @description Its domain of each kind by which nodes are grouped
         * @example {
         *       "rack": "r7",
         *       "switch": "s2"
         *     }
         */
        domains: {
          [key: string]: string;
        };
        gpus: {
          classes: string[];
          /** @description Requested by pods that are not of Speedspace */
          foreign: number;
          free: number;
          holders: {
            companyId: string;
            companyName: string;
            /** @description Its latest end, by its max runtime and grace; null before it started */
            endsBy: string | null;
            /** @description GPUs of this node */
            gpus: number;
            jobId: string;
            jobName: string;
            startedAt: string | null;
            /**
             * @description State of the job
             * @enum {string}
             */
            state:
              | 'Queued'
              | 'Admitted'
              | 'Starting'
              | 'Running'
              | 'Suspending'
              | 'Suspended'
              | 'Succeeded'
              | 'Failed'
              | 'Cancelled'
              | 'TimedOut';
          }[];
          /**
           * @description GPU classes whose pods may start here now
           * @example [
           *       "h800"
           *     ]
           */
          openTo: string[];
          /** @example nvidia.com/gpu */
          resourceName: string;
          total: number;
          /** @description Reported as unhealthy by their device plugin */
          unhealthy: number;
        }[];
        /**
         * @description Why announcements of maintenance on the node cannot be used
         * @example []
         */
        ignoredAnnouncements: string[];
        /** @description When its maintenance begins, or began */
        maintenanceFrom: string | null;
        /** @description When its maintenance, or another time for which it is closed, is announced to end */
        maintenanceUntil: string | null;
        name: string;
        /**
         * @description `closed`: to all its classes for other reasons, such as taints
         * @enum {string}
         */
        state: 'open' | 'cordoned' | 'not-ready' | 'maintenance' | 'closed';
      }[];
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
      /** @description What it is about: applications-due, funds-warning, drain-warning, job-ended or refund */
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
      /** @description Without refunds that were reversed */
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
    PodEvent: {
      attempt: number;
      /**
       * @description Stable code of what it means, such as `image-pull-failed`; `other` where the catalogue has none
       * @example image-pull-failed
       */
      code: string;
      /** @description How often it occurred */
      count: number;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      firstAt: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      lastAt: string;
      /** @description As Kubernetes words it */
      message: string;
      /**
       * @description Name of the pod in Kubernetes
       * @example job-01m87dd5ep5z67vz613k1z6nkn-1-0-x7k2p
       */
      pod: string;
      /**
       * @description As Kubernetes names it
       * @example ErrImagePull
       */
      reason: string;
      /** @description What its reader can do */
      remedy: {
        en: string;
        zh: string;
      } | null;
      replica: number;
      /** @description What it means */
      sentence: {
        en: string;
        zh: string;
      };
      /**
       * @description `event`: an Event of Kubernetes; `status`: a reason in the status of the pod
       * @enum {string}
       */
      source: 'event' | 'status';
      warning: boolean;
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
      /** @description What funders gave in all; for the park only */
      appropriated?: number;
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
    Project: {
      /** @description Since when no new job may name it */
      archivedAt: string | null;
      /** @example chat */
      code: string;
      companyId: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      createdAt: string;
      /** @example Shanghai-JiDing-202608150001 */
      filingNumber: string | null;
      id: string;
      /** @example 极订-7B */
      model: string | null;
      purpose: string | null;
      title: string;
      version: number;
    };
    PublishedKeys: {
      /** @description The newest first */
      keys: {
        /** @enum {string} */
        algorithm: 'Ed25519';
        /** @description The first 128 bits of the SHA-256 of the public key in DER, in hexadecimal */
        keyId: string;
        /** @description SubjectPublicKeyInfo in DER, in base64: the content of a PEM file between its first and last line */
        publicKey: string;
        /** @description When another key took its place; what it signed before stays signed */
        retiredAt: string | null;
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        validFrom: string;
      }[];
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
        maxGpus: number | null;
        share: number | null;
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
      /** @description Null while the scheduler has published nothing, or too many ask at once */
      start: components['schemas']['QuotedStart'] | null;
      subsidyFen: number;
      /** @description What nothing would pay today: the job would be suspended before it */
      uncoveredGpuSeconds: number;
    };
    QuotedStart: {
      /**
       * Format: date-time
       * @description The schedule that the answer is computed from is of this moment
       */
      asOf: string;
      /** @description What the expected start is computed from */
      assumption: string | null;
      /** @description Null where it would start now, or none can be estimated */
      expectedStart: string | null;
      /** @description Its place among the waiting jobs of its class, from 1; null where it would start now */
      place: number | null;
      /** @description Everything that would keep it waiting; no other company is named */
      reasons: components['schemas']['WaitingReason'][];
      /** @description Whether the next cycle of the scheduler would start it */
      startsNow: boolean;
    };
    Reconciliation: {
      agrees: boolean;
      /** @description What is metered beside what the cluster itself reports now of the same pods */
      cluster: {
        agrees: boolean;
        clusterGpuSeconds: number;
        differences: {
          clusterGpuSeconds: number;
          jobId: string;
          meteredGpuSeconds: number;
          podUid: string;
          /**
           * @description `lost-pod` and `clock` have a known cause; with any other reason the sides do not agree
           * @enum {string}
           */
          reason: 'not-metered' | 'metered-short' | 'metered-long' | 'lost-pod' | 'clock';
        }[];
        /** @description Of the same pods */
        meteredGpuSeconds: number;
        /** @description Pods compared */
        pods: number;
        /**
         * @description `record`: the cluster keeps one; `pods`: those that still exist; `none`: it tells nothing of the period
         * @enum {string}
         */
        source: 'record' | 'pods' | 'none' | 'unreachable';
      };
      /** @description By the record of what the cluster reported */
      clusterGpuSeconds: number;
      comparedJobs: number;
      /** @description How many there are without a known cause */
      differenceCount: number;
      /** @description At most 1,000, those without a known cause first */
      differences: components['schemas']['ReconciliationDifference'][];
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      from: string;
      /** @description Closed months whose frozen statements were read */
      frozenMonths: string[];
      jobs?: {
        clusterGpuSeconds: number;
        jobId: string;
        lateGpuSeconds: number;
        ledgerGpuSeconds: number;
        ledgerListFen: number;
        /** @description Earned in fen by the receiving side of the charges */
        ledgerPaidFen: number;
        meteredGpuSeconds: number;
        refundedGpuSeconds: number;
        statementGpuSeconds: number;
        statementListFen: number;
        statementPaidFen: number;
        tenantId: string;
      }[];
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
      /** @description Where the period is one business month */
      month?: string;
      /** @description Credited back for failures of the platform */
      refundedGpuSeconds: number;
      /** @description Pods that are not metered, because the cluster gave them UIDs of earlier ones; while there are any, nothing agrees */
      reused: {
        admissionId: string;
        gpus: number;
        jobId: string;
        /** @description What it was metered for */
        knownAdmissionId: string;
        podUid: string;
        /**
         * Format: date-time
         * @description RFC 3339, UTC
         */
        startedAt: string;
        tenantId: string;
      }[];
      statementGpuSeconds: number;
      tenantId?: string;
      /**
       * Format: date-time
       * @description The end of the period, which is no part of it
       */
      until: string;
    };
    ReconciliationDifference: {
      /** @description The grant or wallet */
      account?: string;
      /** @enum {string} */
      code:
        | 'not-metered'
        | 'metered-short'
        | 'metered-long'
        | 'lost-pod'
        | 'clock'
        | 'not-reported'
        | 'reused-uid'
        | 'not-posted'
        | 'posted-long'
        | 'pending'
        | 'boundary'
        | 'statement-seconds'
        | 'statement-amount'
        | 'statement-changed'
        | 'statement-balance';
      /** @description By the side that is compared with, in `unit` */
      expected: number;
      found: number;
      jobId?: string;
      /** @description It has a known cause that is no fault */
      known: boolean;
      month?: string;
      podUid?: string;
      /** @description A sentence for people */
      reason: string;
      tenantId?: string;
      /** @enum {string} */
      unit: 'GPU_SECONDS' | 'CNY';
    };
    Runway: {
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      at: string;
      consumption: {
        endsAt: string | null;
        /** @description The list price of today */
        fenPerGpuHour: number;
        gpuClass: string;
        gpuSecondsPerDay: number;
        /** @description Whether the wallet pays: it did lately, or one of the newest jobs allows it */
        selfPay: boolean;
      }[];
      /** @description Whole days until then */
      daysLeft: number | null;
      /** @description When some usage is paid by nothing any more; null within the horizon */
      endsAt: string | null;
      horizonDays: number;
      /**
       * Format: date-time
       * @description The rate is the mean since then: of the last seven days, or since the first usage
       */
      rateFrom: string;
      /** @description In the order in which they pay */
      sources: {
        /** @description used-up: nothing is left; validity: its validity ends; frozen: it pays nothing now; null: it lasts beyond the horizon */
        ends: ('used-up' | 'validity' | 'frozen') | null;
        /** @description A source that is used up ends within the day before */
        endsAt: string | null;
        /** @description What is unused at the end of its validity */
        lapses: number;
        /** @description Available and held now */
        left: number;
        /** @description What is left at the end of each day, until it ends */
        line: {
          /** Format: date */
          day: string;
          left: number;
        }[];
        name: string;
        /** @description What it pays in the first whole day */
        perDay: number;
        /**
         * @description Id of the grant, or wallet
         * @example wallet
         */
        source: string;
        /**
         * @description CNY: amounts are fen; GPU_SECONDS: amounts are GPU-seconds
         * @enum {string}
         */
        unit: 'CNY' | 'GPU_SECONDS';
      }[];
    };
    ScheduleWhatIf: {
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      asOf: string;
      assumption: string;
      classes: {
        after: {
          /** @description From now, of the jobs that start before and after; null where none does */
          meanWaitSeconds: number | null;
          /** @description Waiting jobs that start within the simulated hours */
          starts: number;
          /** @description GPU-seconds in use of those that open nodes have, in 1/10,000 */
          utilisationBp: number;
        };
        before: {
          /** @description From now, of the jobs that start before and after; null where none does */
          meanWaitSeconds: number | null;
          /** @description Waiting jobs that start within the simulated hours */
          starts: number;
          /** @description GPU-seconds in use of those that open nodes have, in 1/10,000 */
          utilisationBp: number;
        };
        gpuClass: string;
        /** @description Jobs that start within the simulated hours before and after: the mean waits are of these */
        startInBoth: number;
        waiting: number;
      }[];
      items: {
        companyId: string;
        companyName: string;
        gpuClass: string;
        gpus: number;
        jobId: string;
        name: string;
        /** @description Null: not within the simulated hours */
        startsAfter: string | null;
        /** @description Null: not within the simulated hours */
        startsBefore: string | null;
      }[];
      /**
       * Format: date-time
       * @description The end of the simulated hours
       */
      until: string;
      /** @description Jobs that wait; only the first 2,000 of the queue are followed */
      waiting: number;
    };
    SearchResults: {
      /** @description The best match first: equal, then beginning with the text, then containing it, then belonging to something that matches */
      items: {
        /** @description The company it belongs to */
        companyId?: string;
        /** @description For the people of the park */
        companyName?: string;
        /** @description What tells it from others of its name: state of a job, application or month, credit code, programme code and funder, address */
        detail: string;
        id: string;
        /** @enum {string} */
        kind: 'company' | 'programme' | 'application' | 'grant' | 'job' | 'person' | 'month' | 'statement';
        name: string;
      }[];
    };
    Secret: {
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      changedAt: string;
      /** @description Who wrote the present values */
      changedBy: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      createdAt: string;
      createdBy: string;
      id: string;
      /** @description Names of the variables or files; of a registry, its host. Values are never shown */
      keys: string[];
      /** @enum {string} */
      kind: 'registry' | 'environment' | 'files';
      /** @description When a job with it was last started; null: never */
      lastUsedAt: string | null;
      /** @description That job */
      lastUsedBy: string | null;
      name: string;
      tenantId: string;
      /** @description Jobs that name it and have not ended */
      usedBy: {
        id: string;
        name: string;
        /** @enum {string} */
        state:
          'Queued' | 'Admitted' | 'Starting' | 'Running' | 'Suspending' | 'Suspended' | 'Succeeded' | 'Failed' | 'Cancelled' | 'TimedOut';
      }[];
      /** @description Counts the values it has had */
      version: number;
    };
    SecretSummary: {
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      changedAt: string;
      /** @description Who wrote the present values */
      changedBy: string;
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      createdAt: string;
      createdBy: string;
      id: string;
      /** @description Names of the variables or files; of a registry, its host. Values are never shown */
      keys: string[];
      /** @enum {string} */
      kind: 'registry' | 'environment' | 'files';
      /** @description When a job with it was last started; null: never */
      lastUsedAt: string | null;
      /** @description That job */
      lastUsedBy: string | null;
      name: string;
      tenantId: string;
      /** @description Counts the values it has had */
      version: number;
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
    Setup: {
      /** @description Whether all steps are done */
      done: boolean;
      /** @description In the order in which they are taken: a GPU class with a price in force, an open programme, a company, an invitation or a member, a job */
      steps: {
        done: boolean;
        /** @enum {string} */
        step: 'gpu-class' | 'programme' | 'company' | 'invitation' | 'job';
      }[];
    };
    SignedMonthRecord: {
      /** @description SHA-256 over `record` in canonical JSON */
      digest: string;
      record: {
        /** @description The last link of the audit trail before the closing */
        auditHead: {
          hash: string;
          seq: number;
        };
        /** Format: date-time */
        closedAt: string;
        /** @description Who confirmed the closing; the controller where the park closes months automatically */
        closedBy: {
          id: string;
          name: string;
        };
        /** @enum {string} */
        format: 'speedspace.io/month-record/v1';
        month: string;
        park: string;
        /** @description The record of the month before; null where that month has none */
        previous: {
          digest: string;
          month: string;
        } | null;
        /** @description Who requested it; null where the park closes months automatically */
        requestedBy: {
          id: string;
          name: string;
        } | null;
        /** @description Settlement lists, by programme */
        settlements: {
          digest: string;
          programmeId: string;
        }[];
        /** @description By company */
        statements: {
          digest: string;
          tenantId: string;
        }[];
      };
      /** @description Over `record`; absent where the park had no key */
      signature?: {
        /** @enum {string} */
        algorithm: 'Ed25519';
        /** @description The first 128 bits of the SHA-256 of the public key in DER, in hexadecimal */
        keyId: string;
        /**
         * Format: base64
         * @description The public key, SubjectPublicKeyInfo in DER, in base64
         */
        publicKey: string;
        /**
         * Format: base64
         * @description Ed25519 over the canonical JSON (RFC 8785) of the signed document, in base64
         */
        value: string;
      };
    };
    SignInMethods: {
      /** @description Whether this is a demo whose people sign in with one click */
      demo: boolean;
      /** @description Whether this deployment has an OpenID provider: a browser goes to `/api/v1/auth/oidc/start` */
      oidc: boolean;
      password: boolean;
    };
    StatementLine: {
      gpuClass: string;
      jobId: string;
      jobName: string;
      shares: {
        /** @description Paid, in `unit` */
        amount: number;
        gpuSeconds: number;
        listFen: number;
        /** @description What people call it: the name of the grant, `wallet` or `absorbed` */
        name: string;
        source: string;
        /** @enum {string} */
        unit: 'CNY' | 'GPU_SECONDS';
      }[];
      statement: {
        /**
         * Format: date-time
         * @description Absent: the month is open
         */
        closedAt?: string;
        /** @description SHA-256 of the company's statement of the month */
        digest?: string;
        month: string;
      };
      totals: {
        absorbedFen: number;
        gpuSeconds: number;
        listFen: number;
        selfPaidFen: number;
        subsidyFen: number;
      };
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
    TotpEnrolment: {
      secret: string;
      /** @description For a QR code */
      uri: string;
    };
    Usage: {
      from: string;
      items: {
        /** @description Written off by the park */
        absorbedFen: number;
        gpuClass: string;
        gpuSeconds: number;
        /** @description The list cost: what grants, wallets and the park paid together */
        listFen: number;
        /**
         * @description A day such as 2026-10-01, which begins at midnight UTC+8, or a month such as 2026-10
         * @example 2026-10-01
         */
        period: string;
        programmes: {
          /** @description GPU-seconds that its grants led */
          gpuSeconds: number;
          /** @description List cost that its grants covered */
          listFen: number;
          paid: number;
          programmeId: string;
          /**
           * @description CNY: paid is fen; GPU_SECONDS: paid is GPU-seconds
           * @enum {string}
           */
          unit: 'CNY' | 'GPU_SECONDS';
        }[];
        selfPaidFen: number;
        /** @description List cost that grants covered */
        subsidyFen: number;
      }[];
      programmes: {
        funder: string;
        /** @description GPU-seconds that its grants led */
        gpuSeconds: number;
        /** @description List cost that its grants covered */
        listFen: number;
        name: string;
        paid: number;
        programmeId: string;
        /**
         * @description CNY: paid is fen; GPU_SECONDS: paid is GPU-seconds
         * @enum {string}
         */
        unit: 'CNY' | 'GPU_SECONDS';
      }[];
      totals: {
        /** @description Written off by the park */
        absorbedFen: number;
        gpuSeconds: number;
        /** @description The list cost: what grants, wallets and the park paid together */
        listFen: number;
        selfPaidFen: number;
        /** @description List cost that grants covered */
        subsidyFen: number;
      };
      until: string;
    };
    UsageOfCompanies: {
      from: string;
      items: {
        /** @description Written off by the park */
        absorbedFen: number;
        companyId: string;
        companyName: string;
        gpuClass: string;
        gpuSeconds: number;
        /** @description The list cost: what grants, wallets and the park paid together */
        listFen: number;
        selfPaidFen: number;
        /** @description List cost that grants covered */
        subsidyFen: number;
      }[];
      until: string;
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
    Utilisation: {
      /** @description For the park, where no company is named */
      companies: {
        /** @description The mean over the whole period, in GPUs */
        allocated: number;
        companyId: string;
        companyName: string;
        gpuClass: string;
        longestWaitSeconds: number;
        queuedGpus: number;
      }[];
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      from: string;
      points: {
        /** @description GPUs of admitted jobs; means have two decimals */
        allocated: number;
        /**
         * Format: date-time
         * @description Beginning of the hour, business day, week (from Monday) or month
         */
        at: string;
        gpuClass: string;
        /** @description GPUs of all nodes; null in the share of a company */
        gpus: number | null;
        longestWaitSeconds: number;
        /** @description The most in one sample */
        mostAllocated: number | null;
        mostQueuedGpus: number | null;
        /** @description GPUs that queued jobs ask for */
        queuedGpus: number;
        queuedJobs: number;
        /** @description Healthy GPUs on nodes that are open */
        ready: number | null;
      }[];
      /**
       * Format: date-time
       * @description RFC 3339, UTC
       */
      until: string;
    };
    WaitingReason: {
      /** @description For machines, such as `capacity` or `behind reservation` */
      code: string;
      detail: string;
      /** @description The numbers of the detail, for machines */
      facts: {
        [key: string]: string | number | boolean;
      };
      /** @description What would resolve it */
      remedy: string;
    };
    WhatIf: {
      companies: {
        /** @description Replayed with the changed terms */
        after: components['schemas']['WhatIfPaid'];
        /** @description Replayed with the present terms */
        before: components['schemas']['WhatIfPaid'];
        /** @description As it was really charged */
        charged: components['schemas']['WhatIfPaid'];
        companyId: string;
        companyName: string;
        /** @description After, less before */
        difference: components['schemas']['WhatIfPaid'];
        /** @description By how much it is not, in fen of list cost; differences are not taken against each other */
        disagreementFen: number;
        /** @description Whether the replay with the present terms is what was really charged */
        exact: boolean;
      }[];
      from: string;
      programmes: {
        code: string;
        funder: string;
        name: string;
        programmeId: string;
      }[];
      totals: {
        /** @description Replayed with the changed terms */
        after: components['schemas']['WhatIfPaid'];
        /** @description Replayed with the present terms */
        before: components['schemas']['WhatIfPaid'];
        /** @description As it was really charged */
        charged: components['schemas']['WhatIfPaid'];
        /** @description After, less before */
        difference: components['schemas']['WhatIfPaid'];
        /** @description By how much it is not, in fen of list cost; differences are not taken against each other */
        disagreementFen: number;
        /** @description Whether the replay with the present terms is what was really charged */
        exact: boolean;
      };
      until: string;
    };
    WhatIfPaid: {
      gpuSeconds: number;
      /** @description The list cost: what programmes, wallets and the park paid together */
      listFen: number;
      programmes: {
        /** @description List cost that it covered */
        listFen: number;
        paid: number;
        programmeId: string;
        /**
         * @description CNY: paid is fen; GPU_SECONDS: paid is GPU-seconds
         * @enum {string}
         */
        unit: 'CNY' | 'GPU_SECONDS';
      }[];
      selfPaidFen: number;
      /** @description List cost that all programmes covered */
      subsidyFen: number;
      /** @description GPU-seconds that no grant and no wallet paid */
      unfundedGpuSeconds: number;
      /** @description Written off by the park */
      writtenOffFen: number;
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "kind": "grant",
           *           "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "grantId": "grant_01m87dd5ep5z67vz613k1z6nkn",
           *           "status": "draft",
           *           "round": 1,
           *           "amount": 1,
           *           "validFrom": "2026-10-01T00:00:00.000Z",
           *           "validUntil": "2026-10-01T00:00:00.000Z",
           *           "purpose": "微调 7B 模型",
           *           "contactName": "李岩",
           *           "contactPhone": "+86 21 5555 0100",
           *           "submittedBy": "李岩",
           *           "submittedAt": "2026-10-01T00:00:00.000Z",
           *           "recommendation": {
           *             "by": "周明",
           *             "amount": 1,
           *             "validUntil": "2026-10-01T00:00:00.000Z"
           *           },
           *           "endorsement": {
           *             "by": "周明",
           *             "amount": 1,
           *             "validUntil": "2026-10-01T00:00:00.000Z"
           *           },
           *           "approval": {
           *             "by": "周明",
           *             "amount": 1,
           *             "validUntil": "2026-10-01T00:00:00.000Z"
           *           },
           *           "held": 1,
           *           "dueAt": "2026-10-01T00:00:00.000Z",
           *           "decidedAt": "2026-10-01T00:00:00.000Z",
           *           "createdAt": "2026-10-01T00:00:00.000Z",
           *           "updatedAt": "2026-10-01T00:00:00.000Z",
           *           "version": 1
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "amount": 1,
         *       "validFrom": "2026-10-01T00:00:00.000Z",
         *       "validUntil": "2026-10-01T00:00:00.000Z",
         *       "purpose": "微调 7B 模型",
         *       "plan": "第一季度完成微调，第二季度上线。",
         *       "contactName": "李岩",
         *       "contactPhone": "+86 21 5555 0100",
         *       "kind": "grant",
         *       "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
         *       "grantId": "grant_01m87dd5ep5z67vz613k1z6nkn"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "grantId": "grant_01m87dd5ep5z67vz613k1z6nkn",
           *       "status": "draft",
           *       "round": 1,
           *       "amount": 1,
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "purpose": "微调 7B 模型",
           *       "contactName": "李岩",
           *       "contactPhone": "+86 21 5555 0100",
           *       "submittedBy": "李岩",
           *       "submittedAt": "2026-10-01T00:00:00.000Z",
           *       "recommendation": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "endorsement": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "approval": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "held": 1,
           *       "dueAt": "2026-10-01T00:00:00.000Z",
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "updatedAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1,
           *       "plan": "第一季度完成微调，第二季度上线。"
           *     }
           */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "grantId": "grant_01m87dd5ep5z67vz613k1z6nkn",
           *       "status": "draft",
           *       "round": 1,
           *       "amount": 1,
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "purpose": "微调 7B 模型",
           *       "contactName": "李岩",
           *       "contactPhone": "+86 21 5555 0100",
           *       "submittedBy": "李岩",
           *       "submittedAt": "2026-10-01T00:00:00.000Z",
           *       "recommendation": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "endorsement": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "approval": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "held": 1,
           *       "dueAt": "2026-10-01T00:00:00.000Z",
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "updatedAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1,
           *       "plan": "第一季度完成微调，第二季度上线。"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "amount": 1,
         *       "validFrom": "2026-10-01T00:00:00.000Z",
         *       "validUntil": "2026-10-01T00:00:00.000Z",
         *       "purpose": "微调 7B 模型",
         *       "plan": "第一季度完成微调，第二季度上线。",
         *       "contactName": "李岩",
         *       "contactPhone": "+86 21 5555 0100"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "grantId": "grant_01m87dd5ep5z67vz613k1z6nkn",
           *       "status": "draft",
           *       "round": 1,
           *       "amount": 1,
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "purpose": "微调 7B 模型",
           *       "contactName": "李岩",
           *       "contactPhone": "+86 21 5555 0100",
           *       "submittedBy": "李岩",
           *       "submittedAt": "2026-10-01T00:00:00.000Z",
           *       "recommendation": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "endorsement": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "approval": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "held": 1,
           *       "dueAt": "2026-10-01T00:00:00.000Z",
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "updatedAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1,
           *       "plan": "第一季度完成微调，第二季度上线。"
           *     }
           */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "kind": "grant",
           *           "fileName": "计划书.pdf",
           *           "mediaType": "application/pdf",
           *           "sizeBytes": 1,
           *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *           "actor": {
           *             "kind": "grant",
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技"
           *           },
           *           "addedAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ]
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "fileName": "计划书.pdf",
           *       "mediaType": "application/pdf",
           *       "sizeBytes": 1,
           *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *       "actor": {
           *         "kind": "grant",
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "addedAt": "2026-10-01T00:00:00.000Z"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "at": "2026-10-01T00:00:00.000Z",
           *           "actor": {
           *             "kind": "grant",
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技"
           *           },
           *           "audience": "everybody",
           *           "body": "请补充预算明细。"
           *         }
           *       ]
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "body": "请补充预算明细。",
         *       "audience": "everybody"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "at": "2026-10-01T00:00:00.000Z",
           *       "actor": {
           *         "kind": "grant",
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "audience": "everybody",
           *       "body": "请补充预算明细。"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "verdict": "approve",
         *       "amount": 1,
         *       "validUntil": "2026-10-01T00:00:00.000Z",
         *       "opinion": ""
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "grantId": "grant_01m87dd5ep5z67vz613k1z6nkn",
           *       "status": "draft",
           *       "round": 1,
           *       "amount": 1,
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "purpose": "微调 7B 模型",
           *       "contactName": "李岩",
           *       "contactPhone": "+86 21 5555 0100",
           *       "submittedBy": "李岩",
           *       "submittedAt": "2026-10-01T00:00:00.000Z",
           *       "recommendation": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "endorsement": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "approval": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "held": 1,
           *       "dueAt": "2026-10-01T00:00:00.000Z",
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "updatedAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1,
           *       "plan": "第一季度完成微调，第二季度上线。"
           *     }
           */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "round": 1,
           *           "at": "2026-10-01T00:00:00.000Z",
           *           "action": "application.approved",
           *           "status": "draft",
           *           "actor": {
           *             "kind": "grant",
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技"
           *           },
           *           "amount": 1,
           *           "validUntil": "2026-10-01T00:00:00.000Z",
           *           "opinion": "同意",
           *           "content": {}
           *         }
           *       ]
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": ""
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "grantId": "grant_01m87dd5ep5z67vz613k1z6nkn",
           *       "status": "draft",
           *       "round": 1,
           *       "amount": 1,
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "purpose": "微调 7B 模型",
           *       "contactName": "李岩",
           *       "contactPhone": "+86 21 5555 0100",
           *       "submittedBy": "李岩",
           *       "submittedAt": "2026-10-01T00:00:00.000Z",
           *       "recommendation": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "endorsement": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "approval": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "held": 1,
           *       "dueAt": "2026-10-01T00:00:00.000Z",
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "updatedAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1,
           *       "plan": "第一季度完成微调，第二季度上线。"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "verdict": "recommend",
         *       "amount": 1,
         *       "validUntil": "2026-10-01T00:00:00.000Z",
         *       "opinion": ""
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "grantId": "grant_01m87dd5ep5z67vz613k1z6nkn",
           *       "status": "draft",
           *       "round": 1,
           *       "amount": 1,
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "purpose": "微调 7B 模型",
           *       "contactName": "李岩",
           *       "contactPhone": "+86 21 5555 0100",
           *       "submittedBy": "李岩",
           *       "submittedAt": "2026-10-01T00:00:00.000Z",
           *       "recommendation": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "endorsement": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "approval": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "held": 1,
           *       "dueAt": "2026-10-01T00:00:00.000Z",
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "updatedAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1,
           *       "plan": "第一季度完成微调，第二季度上线。"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "grantId": "grant_01m87dd5ep5z67vz613k1z6nkn",
           *       "status": "draft",
           *       "round": 1,
           *       "amount": 1,
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "purpose": "微调 7B 模型",
           *       "contactName": "李岩",
           *       "contactPhone": "+86 21 5555 0100",
           *       "submittedBy": "李岩",
           *       "submittedAt": "2026-10-01T00:00:00.000Z",
           *       "recommendation": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "endorsement": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "approval": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "held": 1,
           *       "dueAt": "2026-10-01T00:00:00.000Z",
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "updatedAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1,
           *       "plan": "第一季度完成微调，第二季度上线。"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": ""
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "grantId": "grant_01m87dd5ep5z67vz613k1z6nkn",
           *       "status": "draft",
           *       "round": 1,
           *       "amount": 1,
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "purpose": "微调 7B 模型",
           *       "contactName": "李岩",
           *       "contactPhone": "+86 21 5555 0100",
           *       "submittedBy": "李岩",
           *       "submittedAt": "2026-10-01T00:00:00.000Z",
           *       "recommendation": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "endorsement": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "approval": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "held": 1,
           *       "dueAt": "2026-10-01T00:00:00.000Z",
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "updatedAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1,
           *       "plan": "第一季度完成微调，第二季度上线。"
           *     }
           */
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
  'bulkdecisions.decide': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "verdict": "approve",
         *       "opinion": "",
         *       "items": [
         *         {
         *           "id": "application_01m87dd5ep5z67vz613k1z6nkn",
         *           "version": 1
         *         }
         *       ]
         *     }
         */
        'application/json': {
          items: {
            id: string;
            /** @description That the decision is based on */
            version: number;
          }[];
          /** @default  */
          opinion?: string;
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "ok": true,
           *           "problem": {
           *             "type": "urn:speedspace:problem:grant.insufficient",
           *             "title": "The input is not valid",
           *             "status": 1,
           *             "detail": "All pods ended with exit code 0.",
           *             "code": "xuhui-2026",
           *             "remedy": "Close 2026-09 first.",
           *             "errors": [
           *               {
           *                 "pointer": "/spec/maxRuntime",
           *                 "parameter": "limit",
           *                 "message": "Choose a shorter time."
           *               }
           *             ]
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['BulkResults'];
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
  'bulkdecisions.review': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "verdict": "recommend",
         *       "opinion": "",
         *       "items": [
         *         {
         *           "id": "application_01m87dd5ep5z67vz613k1z6nkn",
         *           "version": 1
         *         }
         *       ]
         *     }
         */
        'application/json': {
          items: {
            id: string;
            /** @description That the decision is based on */
            version: number;
          }[];
          /** @default  */
          opinion?: string;
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "ok": true,
           *           "problem": {
           *             "type": "urn:speedspace:problem:grant.insufficient",
           *             "title": "The input is not valid",
           *             "status": 1,
           *             "detail": "All pods ended with exit code 0.",
           *             "code": "xuhui-2026",
           *             "remedy": "Close 2026-09 first.",
           *             "errors": [
           *               {
           *                 "pointer": "/spec/maxRuntime",
           *                 "parameter": "limit",
           *                 "message": "Choose a shorter time."
           *               }
           *             ]
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['BulkResults'];
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
        /** @description From the first item on, or from the latest one back */
        order?: 'first' | 'latest';
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "seq": 1,
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "at": "2026-10-01T00:00:00.000Z",
           *           "actor": {
           *             "kind": "user",
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技",
           *             "address": "203.0.113.7"
           *           },
           *           "action": "application.approved",
           *           "objectType": "application",
           *           "objectId": "application_01m87dd5ep5z67vz613k1z6nkn",
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "before": {},
           *           "after": {},
           *           "reason": "节点 gpu-node-07 故障",
           *           "payload": "{\"action\":\"application.approved\"}",
           *           "previousHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *           "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
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
          /**
           * @example {
           *       "events": 1,
           *       "intact": true,
           *       "head": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *       "hashAt": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *       "faults": [
           *         {
           *           "seq": 1,
           *           "eventId": "event_01m87dd5ep5z67vz613k1z6nkn",
           *           "fault": "hash"
           *         }
           *       ]
           *     }
           */
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
  'signin.methods': {
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
          /**
           * @example {
           *       "password": true,
           *       "oidc": true,
           *       "demo": true
           *     }
           */
          'application/json': components['schemas']['SignInMethods'];
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
        /**
         * @example {
         *       "token": "mss_pat_01m87dd5ep5z67vz613k1z6nkn",
         *       "password": "granite otter 51 window"
         *     }
         */
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
        /**
         * @example {
         *       "email": "engineer@jiding.example"
         *     }
         */
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
        /**
         * @example {
         *       "refreshToken": "mss_rt_01m87dd5ep5z67vz613k1z6nkn"
         *     }
         */
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
          /**
           * @example {
           *       "accessToken": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl",
           *       "tokenType": "Bearer",
           *       "expiresInSeconds": 1,
           *       "refreshToken": "mss_rt_01m87dd5ep5z67vz613k1z6nkn",
           *       "sessionId": "session_01m87dd5ep5z67vz613k1z6nkn"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
        /**
         * @example {
         *       "email": "engineer@jiding.example",
         *       "password": "granite otter 51 window",
         *       "code": "123456",
         *       "keepIn": "body"
         *     }
         */
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
          /**
           * @example {
           *       "accessToken": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl",
           *       "tokenType": "Bearer",
           *       "expiresInSeconds": 1,
           *       "refreshToken": "mss_rt_01m87dd5ep5z67vz613k1z6nkn",
           *       "sessionId": "session_01m87dd5ep5z67vz613k1z6nkn"
           *     }
           */
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
  'changes.follow': {
    parameters: {
      query?: never;
      header?: {
        /** @description Where to resume */
        'Last-Event-ID'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /**
       * @description Events of type
       *     - `opened`: `{"resumed": boolean, "topics": string[]}`. Not resumed: what is shown may be out of date, read it again. The topics are those of what you may read.
       *     - `changes`: `{"changes": [{"topic": string, "id": string | null, "company": string | null}]}`: objects that changed, each once. Without `id`, several of the company changed.
       *     - `reset`: there were too many changes, read again what is shown.
       *     - `problem`: the last event of a stream that ends, with the `code` of the reason.
       *
       *     The topics are `jobs`, `applications`, `grants`, `balances`, `transfers`, `notices`, `months`, `reconciliation`, `decisions`, `companies`, `members`, `programmes`, `catalog`, `limits`, `incidents`, `cluster`.
       */
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
  'cluster.nodes': {
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
          /**
           * @example {
           *       "at": "2026-10-01T00:00:00.000Z",
           *       "items": [
           *         {
           *           "name": "极订科技",
           *           "state": "open",
           *           "closures": [
           *             {
           *               "code": "not-ready",
           *               "classes": [
           *                 "h800"
           *               ],
           *               "detail": "h800 does not tolerate its taint dedicated=training:NoSchedule.",
           *               "taint": "dedicated=training:NoSchedule"
           *             }
           *           ],
           *           "maintenanceFrom": "2026-10-01T00:00:00.000Z",
           *           "maintenanceUntil": "2026-10-01T00:00:00.000Z",
           *           "ignoredAnnouncements": [],
           *           "domains": {
           *             "rack": "r7",
           *             "switch": "s2"
           *           },
           *           "gpus": [
           *             {
           *               "resourceName": "nvidia.com/gpu",
           *               "classes": [
           *                 "h800"
           *               ],
           *               "openTo": [
           *                 "h800"
           *               ],
           *               "total": 1,
           *               "unhealthy": 1,
           *               "foreign": 1,
           *               "free": 1,
           *               "holders": [
           *                 {
           *                   "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *                   "jobName": "llama-finetune",
           *                   "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *                   "companyName": "极订科技",
           *                   "state": "Queued",
           *                   "gpus": 1,
           *                   "startedAt": "2026-10-01T00:00:00.000Z",
           *                   "endsBy": "2026-10-01T00:00:00.000Z"
           *                 }
           *               ]
           *             }
           *           ]
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Nodes'];
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "slug": "jiding",
           *           "name": "极订科技",
           *           "creditCode": "91310104MA1FR0000X",
           *           "status": "active",
           *           "statusSince": "2026-10-01T00:00:00.000Z",
           *           "statusReason": "毕业",
           *           "incubationFrom": "2026-10-01",
           *           "incubationUntil": "2026-10-01",
           *           "createdAt": "2026-10-01T00:00:00.000Z",
           *           "version": 1
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "极订科技",
         *       "creditCode": "91310104MA1FR0000X",
         *       "slug": "jiding",
         *       "incubationFrom": "2026-10-01",
         *       "incubationUntil": "2026-10-01"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "slug": "jiding",
           *       "name": "极订科技",
           *       "creditCode": "91310104MA1FR0000X",
           *       "status": "active",
           *       "statusSince": "2026-10-01T00:00:00.000Z",
           *       "statusReason": "毕业",
           *       "incubationFrom": "2026-10-01",
           *       "incubationUntil": "2026-10-01",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1
           *     }
           */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "slug": "jiding",
           *       "name": "极订科技",
           *       "creditCode": "91310104MA1FR0000X",
           *       "status": "active",
           *       "statusSince": "2026-10-01T00:00:00.000Z",
           *       "statusReason": "毕业",
           *       "incubationFrom": "2026-10-01",
           *       "incubationUntil": "2026-10-01",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "极订科技",
         *       "incubationFrom": "2026-10-01",
         *       "incubationUntil": "2026-10-01"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "slug": "jiding",
           *       "name": "极订科技",
           *       "creditCode": "91310104MA1FR0000X",
           *       "status": "active",
           *       "statusSince": "2026-10-01T00:00:00.000Z",
           *       "statusReason": "毕业",
           *       "incubationFrom": "2026-10-01",
           *       "incubationUntil": "2026-10-01",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1
           *     }
           */
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
          /**
           * @example {
           *       "wallet": {
           *         "availableFen": 1,
           *         "heldFen": 1,
           *         "runway": {
           *           "consumptionPerDayFen": 1,
           *           "daysLeft": 1
           *         }
           *       },
           *       "grants": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技",
           *           "unit": "CNY",
           *           "validFrom": "2026-10-01T00:00:00.000Z",
           *           "validUntil": "2026-10-01T00:00:00.000Z",
           *           "frozen": true,
           *           "status": "not-yet-valid",
           *           "carriedOver": true,
           *           "applicationId": "application_01m87dd5ep5z67vz613k1z6nkn",
           *           "openedAt": "2026-10-01T00:00:00.000Z",
           *           "available": 1,
           *           "held": 1,
           *           "spent": 1,
           *           "runway": {
           *             "consumptionPerDay": 1,
           *             "daysLeft": 1
           *           }
           *         }
           *       ],
           *       "caps": [
           *         {
           *           "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *           "programmeName": "徐汇算力补贴",
           *           "unit": "CNY",
           *           "capPerTenant": 1,
           *           "paid": 1,
           *           "monthlyCapPerTenant": 1,
           *           "paidThisMonth": 1
           *         }
           *       ],
           *       "concurrency": [
           *         {
           *           "gpuClass": "h800",
           *           "maxGpus": 1,
           *           "share": 1
           *         }
           *       ]
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
        /**
         * @example {
         *       "maxGpus": 1,
         *       "share": 1
         *     }
         */
        'application/json': {
          /** @description the most that the company may use at once; null lifts the limit */
          maxGpus: number | null;
          /** @description what it gets back from those who borrow; null lifts the share; absent: as it is */
          share?: number | null;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "gpuClass": "h800",
           *           "maxGpus": 1,
           *           "share": 1
           *         }
           *       ]
           *     }
           */
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
          /**
           * @example {
           *       "contacts": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "kind": "legal",
           *           "name": "极订科技",
           *           "email": "engineer@jiding.example",
           *           "phone": "+86 21 5555 0100"
           *         }
           *       ]
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "contacts": [
         *         {
         *           "kind": "legal",
         *           "name": "极订科技",
         *           "email": "engineer@jiding.example",
         *           "phone": "+86 21 5555 0100"
         *         }
         *       ]
         *     }
         */
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
          /**
           * @example {
           *       "contacts": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "kind": "legal",
           *           "name": "极订科技",
           *           "email": "engineer@jiding.example",
           *           "phone": "+86 21 5555 0100"
           *         }
           *       ]
           *     }
           */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "email": "engineer@jiding.example",
           *           "role": "owner",
           *           "createdAt": "2026-10-01T00:00:00.000Z",
           *           "expiresAt": "2026-10-01T00:00:00.000Z",
           *           "mailed": true
           *         }
           *       ]
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "engineer@jiding.example",
         *       "role": "owner"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "email": "engineer@jiding.example",
           *       "role": "owner",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "expiresAt": "2026-10-01T00:00:00.000Z",
           *       "mailed": true,
           *       "link": "https://compute.park.example/invitation#mss_inv_01m87dd5ep5z67vz613k1z6nkn"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "userId": "user_01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技",
           *           "email": "engineer@jiding.example",
           *           "emailProven": true,
           *           "role": "owner",
           *           "since": "2026-10-01T00:00:00.000Z"
           *         }
           *       ]
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
        /**
         * @example {
         *       "role": "owner"
         *     }
         */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
  'projects.list': {
    parameters: {
      query?: {
        /** @description `false` leaves out the archived ones */
        archived?: 'true' | 'false';
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "code": "chat",
           *           "title": "The input is not valid",
           *           "purpose": "微调 7B 模型",
           *           "model": "极订-7B",
           *           "filingNumber": "Shanghai-JiDing-202608150001",
           *           "createdAt": "2026-10-01T00:00:00.000Z",
           *           "archivedAt": "2026-10-01T00:00:00.000Z",
           *           "version": 1
           *         }
           *       ]
           *     }
           */
          'application/json': {
            items: components['schemas']['Project'][];
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
  'projects.create': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "code": "2026-10",
         *       "title": "The input is not valid",
         *       "purpose": "微调 7B 模型",
         *       "model": "极订-7B",
         *       "filingNumber": "Shanghai-JiDing-202608150001"
         *     }
         */
        'application/json': {
          code: string;
          /**
           * @description 备案号 of the model
           * @example Shanghai-JiDing-202608150001
           */
          filingNumber?: string | null;
          /**
           * @description The model that it trains or serves
           * @example 极订-7B
           */
          model?: string | null;
          purpose?: string | null;
          title: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "code": "chat",
           *       "title": "The input is not valid",
           *       "purpose": "微调 7B 模型",
           *       "model": "极订-7B",
           *       "filingNumber": "Shanghai-JiDing-202608150001",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "archivedAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1
           *     }
           */
          'application/json': components['schemas']['Project'];
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
  'projects.get': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        code: string;
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "code": "chat",
           *       "title": "The input is not valid",
           *       "purpose": "微调 7B 模型",
           *       "model": "极订-7B",
           *       "filingNumber": "Shanghai-JiDing-202608150001",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "archivedAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1
           *     }
           */
          'application/json': components['schemas']['Project'];
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
  'projects.change': {
    parameters: {
      query?: never;
      header: {
        /** @description ETag of what the change is based on */
        'If-Match': string;
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        code: string;
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "title": "The input is not valid",
         *       "purpose": "微调 7B 模型",
         *       "model": "极订-7B",
         *       "filingNumber": "Shanghai-JiDing-202608150001",
         *       "archived": true
         *     }
         */
        'application/json': {
          /** @description Whether new jobs may no longer name it */
          archived?: boolean;
          /**
           * @description 备案号 of the model
           * @example Shanghai-JiDing-202608150001
           */
          filingNumber?: string | null;
          /**
           * @description The model that it trains or serves
           * @example 极订-7B
           */
          model?: string | null;
          purpose?: string | null;
          title?: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "code": "chat",
           *       "title": "The input is not valid",
           *       "purpose": "微调 7B 模型",
           *       "model": "极订-7B",
           *       "filingNumber": "Shanghai-JiDing-202608150001",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "archivedAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1
           *     }
           */
          'application/json': components['schemas']['Project'];
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
          /**
           * @example {
           *       "grants": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技",
           *           "unit": "CNY",
           *           "validFrom": "2026-10-01T00:00:00.000Z",
           *           "validUntil": "2026-10-01T00:00:00.000Z",
           *           "frozen": true,
           *           "status": "not-yet-valid",
           *           "carriedOver": true,
           *           "applicationId": "application_01m87dd5ep5z67vz613k1z6nkn",
           *           "openedAt": "2026-10-01T00:00:00.000Z",
           *           "available": 1,
           *           "held": 1
           *         }
           *       ],
           *       "caps": [
           *         {
           *           "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *           "programmeName": "徐汇算力补贴",
           *           "unit": "CNY",
           *           "capPerTenant": 1,
           *           "paid": 1,
           *           "monthlyCapPerTenant": 1,
           *           "paidThisMonth": 1
           *         }
           *       ],
           *       "concurrency": [
           *         {
           *           "gpuClass": "h800",
           *           "maxGpus": 1,
           *           "share": 1
           *         }
           *       ]
           *     }
           */
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
  'transfers.refund': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "amountFen": 1,
         *       "reference": "20261001-0042",
         *       "paidOn": "2026-10-01",
         *       "reason": "节点 gpu-node-07 故障"
         *     }
         */
        'application/json': {
          amountFen: number;
          /**
           * Format: date
           * @description Calendar day of the transfer by the bank
           */
          paidOn: string;
          /** @description Why it is paid out */
          reason: string;
          /** @description Number of the bank transfer */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "direction": "in",
           *       "state": "pending",
           *       "amountFen": 1,
           *       "reference": "20261001-0042",
           *       "paidOn": "2026-10-01",
           *       "reason": "节点 gpu-node-07 故障",
           *       "decisionId": "decision_01m87dd5ep5z67vz613k1z6nkn",
           *       "recordedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "recordedAt": "2026-10-01T00:00:00.000Z",
           *       "decidedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "comment": "金额合理，同意。",
           *       "entryId": "entry_01m87dd5ep5z67vz613k1z6nkn",
           *       "reversedFen": 1,
           *       "reversedAt": "2026-10-01T00:00:00.000Z",
           *       "proof": {
           *         "fileName": "计划书.pdf",
           *         "mediaType": "application/pdf",
           *         "sizeBytes": 1,
           *         "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *       }
           *     }
           */
          'application/json': components['schemas']['BankTransfer'];
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
  'runway.ofCompany': {
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
          /**
           * @example {
           *       "at": "2026-10-01T00:00:00.000Z",
           *       "endsAt": "2026-10-01T00:00:00.000Z",
           *       "daysLeft": 1,
           *       "horizonDays": 1,
           *       "rateFrom": "2026-10-01T00:00:00.000Z",
           *       "consumption": [
           *         {
           *           "gpuClass": "h800",
           *           "gpuSecondsPerDay": 1,
           *           "fenPerGpuHour": 1,
           *           "selfPay": true,
           *           "endsAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ],
           *       "sources": [
           *         {
           *           "source": "wallet",
           *           "name": "极订科技",
           *           "unit": "CNY",
           *           "left": 1,
           *           "perDay": 1,
           *           "ends": "used-up",
           *           "endsAt": "2026-10-01T00:00:00.000Z",
           *           "lapses": 1,
           *           "line": [
           *             {
           *               "day": "2026-10-01",
           *               "left": 1
           *             }
           *           ]
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Runway'];
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
  'companyspaces.get': {
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
          /**
           * @example {
           *       "namespace": "mss-jiding",
           *       "state": "none",
           *       "recordedAt": "2026-10-01T00:00:00.000Z",
           *       "repairs": [
           *         {
           *           "at": "2026-10-01T00:00:00.000Z",
           *           "object": "ResourceQuota speedspace",
           *           "differences": [
           *             {
           *               "field": "spec.hard.pods",
           *               "found": "\"5\"",
           *               "wanted": "\"2000\""
           *             }
           *           ],
           *           "changedBy": "kubectl-edit",
           *           "changedAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['CompanySpace'];
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
          /**
           * @example {
           *       "status": "open",
           *       "closedAt": "2026-10-01T00:00:00.000Z",
           *       "proof": {
           *         "proof": {
           *           "format": "speedspace.io/document-proof/v1",
           *           "park": "模速空间",
           *           "month": "2026-10",
           *           "closedAt": "2026-10-01T00:00:00.000Z",
           *           "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *           "previous": {
           *             "month": "2026-10",
           *             "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *           },
           *           "monthRecord": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *           "parts": {}
           *         },
           *         "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *         "signature": {
           *           "algorithm": "Ed25519",
           *           "keyId": "9f86d081884c7d659a2feaa0c55ad015",
           *           "publicKey": "h800",
           *           "value": "h800"
           *         }
           *       },
           *       "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *       "document": {
           *         "format": 2,
           *         "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *         "month": "2026-10",
           *         "accounts": [
           *           {
           *             "account": "grant:grant_01m87dd5ep5z67vz613k1z6nkn:available",
           *             "unit": "CNY",
           *             "opening": 1,
           *             "movements": [
           *               {
           *                 "kind": "grant",
           *                 "amount": 1
           *               }
           *             ],
           *             "closing": 1
           *           }
           *         ],
           *         "jobs": [
           *           {
           *             "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *             "gpuClass": "h800",
           *             "shares": [
           *               {
           *                 "source": "grant:grant_01m87dd5ep5z67vz613k1z6nkn",
           *                 "unit": "CNY",
           *                 "gpuSeconds": 1,
           *                 "amount": 1,
           *                 "listFen": 1
           *               }
           *             ],
           *             "totals": {
           *               "gpuSeconds": 1,
           *               "listFen": 1,
           *               "subsidyFen": 1,
           *               "selfPaidFen": 1,
           *               "absorbedFen": 1
           *             }
           *           }
           *         ],
           *         "totals": {
           *           "gpuSeconds": 1,
           *           "listFen": 1,
           *           "subsidyFen": 1,
           *           "selfPaidFen": 1,
           *           "absorbedFen": 1
           *         },
           *         "corrections": [
           *           {
           *             "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *             "kind": "grant",
           *             "source": "grant:grant_01m87dd5ep5z67vz613k1z6nkn",
           *             "unit": "CNY",
           *             "amount": 1,
           *             "gpuSeconds": 1,
           *             "listFen": 1,
           *             "belongsTo": "2026-10"
           *           }
           *         ],
           *         "names": {
           *           "company": "jiding",
           *           "creditCode": "91310104MA1FR0000X",
           *           "formerCompanyNames": [
           *             "极订智能"
           *           ],
           *           "jobs": {},
           *           "grants": {},
           *           "programmes": {},
           *           "formerProgrammeNames": {},
           *           "documents": {}
           *         }
           *       },
           *       "names": {
           *         "company": "jiding",
           *         "creditCode": "91310104MA1FR0000X",
           *         "formerCompanyNames": [
           *           "极订智能"
           *         ],
           *         "jobs": {},
           *         "grants": {},
           *         "programmes": {},
           *         "formerProgrammeNames": {},
           *         "documents": {}
           *       },
           *       "corrections": [
           *         {
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "kind": "grant",
           *           "source": "grant:grant_01m87dd5ep5z67vz613k1z6nkn",
           *           "unit": "CNY",
           *           "amount": 1,
           *           "gpuSeconds": 1,
           *           "listFen": 1,
           *           "belongsTo": "2026-10"
           *         }
           *       ]
           *     }
           */
          'application/json': {
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            closedAt?: string;
            /** @description As the document says itself, or, where it does not, as the ledger says */
            corrections: {
              /** @description Paid, in `unit`: negative where it was given back */
              amount: number;
              /** @description The month that it belongs to */
              belongsTo: string;
              gpuSeconds: number;
              jobId: string;
              kind: string;
              listFen: number;
              source: string;
              /** @enum {string} */
              unit: 'CNY' | 'GPU_SECONDS';
            }[];
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
              /** @description Corrections, refunds and late usage, which the jobs count in */
              corrections?: {
                /** @description Paid, in `unit`: negative where it was given back */
                amount: number;
                /** @description The month that it belongs to */
                belongsTo: string;
                gpuSeconds: number;
                jobId: string;
                kind: string;
                listFen: number;
                source: string;
                /** @enum {string} */
                unit: 'CNY' | 'GPU_SECONDS';
              }[];
              /**
               * @description Absent where the month was closed before documents had names and corrections
               * @enum {number}
               */
              format?: 2;
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
              names?: {
                company: string;
                creditCode: string;
                /** @description References of the documents of the funder, by the id of the grant */
                documents: {
                  [key: string]: string[];
                };
                /** @description Names that it had in the month and has no more; the last one first */
                formerCompanyNames: string[];
                /** @description By the id of the grant */
                formerProgrammeNames: {
                  [key: string]: string[];
                };
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
              tenantId: string;
              totals: {
                absorbedFen: number;
                gpuSeconds: number;
                listFen: number;
                selfPaidFen: number;
                subsidyFen: number;
              };
            };
            /** @description What the ids of the document are called: as it says itself, or, where it does not, now */
            names: {
              company: string;
              creditCode: string;
              /** @description References of the documents of the funder, by the id of the grant */
              documents: {
                [key: string]: string[];
              };
              /** @description Names that it had in the month and has no more; the last one first */
              formerCompanyNames: string[];
              /** @description By the id of the grant */
              formerProgrammeNames: {
                [key: string]: string[];
              };
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
            /** @description That the document was closed with its month; absent where the month is open, or was closed before months had records */
            proof?: {
              /** @description SHA-256 over `proof` in canonical JSON */
              digest: string;
              proof: {
                /** Format: date-time */
                closedAt: string;
                /** @description Of the document */
                digest: string;
                /** @enum {string} */
                format: 'speedspace.io/document-proof/v1';
                month: string;
                /** @description Digest of the record of the month */
                monthRecord: string;
                park: string;
                /** @description By JSON pointer into the document: the first 64 bits of the SHA-256 of each item of a list, or of the value. They locate a change */
                parts: {
                  [key: string]: string[];
                };
                /** @description The document of the same subject of the month before; null where there is none */
                previous: {
                  digest: string;
                  month: string;
                } | null;
                /** @description Id of the company of a statement, or of the programme of a settlement list */
                subject: string;
              };
              /** @description Over `proof`; absent where the park had no key */
              signature?: {
                /** @enum {string} */
                algorithm: 'Ed25519';
                /** @description The first 128 bits of the SHA-256 of the public key in DER, in hexadecimal */
                keyId: string;
                /**
                 * Format: base64
                 * @description The public key, SubjectPublicKeyInfo in DER, in base64
                 */
                publicKey: string;
                /**
                 * Format: base64
                 * @description Ed25519 over the canonical JSON (RFC 8785) of the signed document, in base64
                 */
                value: string;
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
        /** @description `json` is the canonical form that the digest is over; `focus` is CSV of usage and credits as FOCUS 1.2 has it */
        format?: 'json' | 'csv' | 'xlsx' | 'pdf' | 'focus';
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
      /** @description A file; its digest is in the header or the trailer `Content-Digest` */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /** @example {"month":"2026-10"} */
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
  'provenance.line': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        job: string;
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
          /**
           * @example {
           *       "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *       "jobName": "llama-finetune",
           *       "gpuClass": "h800",
           *       "statement": {
           *         "month": "2026-10",
           *         "closedAt": "2026-10-01T00:00:00.000Z",
           *         "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *       },
           *       "shares": [
           *         {
           *           "source": "grant:grant_01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技",
           *           "unit": "CNY",
           *           "gpuSeconds": 1,
           *           "amount": 1,
           *           "listFen": 1
           *         }
           *       ],
           *       "totals": {
           *         "gpuSeconds": 1,
           *         "listFen": 1,
           *         "subsidyFen": 1,
           *         "selfPaidFen": 1,
           *         "absorbedFen": 1
           *       }
           *     }
           */
          'application/json': components['schemas']['StatementLine'];
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "status": "active",
         *       "reason": "节点 gpu-node-07 故障"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "slug": "jiding",
           *       "name": "极订科技",
           *       "creditCode": "91310104MA1FR0000X",
           *       "status": "active",
           *       "statusSince": "2026-10-01T00:00:00.000Z",
           *       "statusReason": "毕业",
           *       "incubationFrom": "2026-10-01",
           *       "incubationUntil": "2026-10-01",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1
           *     }
           */
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
  'transfers.list': {
    parameters: {
      query?: {
        /** @description nextCursor of the page before */
        cursor?: string;
        /** @description Most items on a page */
        limit?: number;
        state?: 'pending' | 'confirmed' | 'rejected';
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "direction": "in",
           *           "state": "pending",
           *           "amountFen": 1,
           *           "reference": "20261001-0042",
           *           "paidOn": "2026-10-01",
           *           "reason": "节点 gpu-node-07 故障",
           *           "decisionId": "decision_01m87dd5ep5z67vz613k1z6nkn",
           *           "recordedBy": {
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技"
           *           },
           *           "recordedAt": "2026-10-01T00:00:00.000Z",
           *           "decidedBy": {
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技"
           *           },
           *           "decidedAt": "2026-10-01T00:00:00.000Z",
           *           "comment": "金额合理，同意。",
           *           "entryId": "entry_01m87dd5ep5z67vz613k1z6nkn",
           *           "reversedFen": 1,
           *           "reversedAt": "2026-10-01T00:00:00.000Z",
           *           "proof": {
           *             "fileName": "计划书.pdf",
           *             "mediaType": "application/pdf",
           *             "sizeBytes": 1,
           *             "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *           }
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
          'application/json': {
            items: components['schemas']['BankTransfer'][];
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
  'transfers.record': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "amountFen": 1,
         *       "reference": "20261001-0042",
         *       "paidOn": "2026-10-01"
         *     }
         */
        'application/json': {
          amountFen: number;
          /**
           * Format: date
           * @description Calendar day of the transfer by the bank
           */
          paidOn: string;
          /** @description Number of the bank transfer */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "direction": "in",
           *       "state": "pending",
           *       "amountFen": 1,
           *       "reference": "20261001-0042",
           *       "paidOn": "2026-10-01",
           *       "reason": "节点 gpu-node-07 故障",
           *       "decisionId": "decision_01m87dd5ep5z67vz613k1z6nkn",
           *       "recordedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "recordedAt": "2026-10-01T00:00:00.000Z",
           *       "decidedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "comment": "金额合理，同意。",
           *       "entryId": "entry_01m87dd5ep5z67vz613k1z6nkn",
           *       "reversedFen": 1,
           *       "reversedAt": "2026-10-01T00:00:00.000Z",
           *       "proof": {
           *         "fileName": "计划书.pdf",
           *         "mediaType": "application/pdf",
           *         "sizeBytes": 1,
           *         "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *       }
           *     }
           */
          'application/json': components['schemas']['BankTransfer'];
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
  'transfers.confirm': {
    parameters: {
      query?: never;
      header?: {
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
        transfer: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "comment": "金额合理，同意。"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "direction": "in",
           *       "state": "pending",
           *       "amountFen": 1,
           *       "reference": "20261001-0042",
           *       "paidOn": "2026-10-01",
           *       "reason": "节点 gpu-node-07 故障",
           *       "decisionId": "decision_01m87dd5ep5z67vz613k1z6nkn",
           *       "recordedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "recordedAt": "2026-10-01T00:00:00.000Z",
           *       "decidedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "comment": "金额合理，同意。",
           *       "entryId": "entry_01m87dd5ep5z67vz613k1z6nkn",
           *       "reversedFen": 1,
           *       "reversedAt": "2026-10-01T00:00:00.000Z",
           *       "proof": {
           *         "fileName": "计划书.pdf",
           *         "mediaType": "application/pdf",
           *         "sizeBytes": 1,
           *         "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *       }
           *     }
           */
          'application/json': components['schemas']['BankTransfer'];
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
  'transfers.proof': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
        transfer: string;
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
  'transfers.addProof': {
    parameters: {
      query: {
        fileName: string;
      };
      header?: {
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
        transfer: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/octet-stream': string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "direction": "in",
           *       "state": "pending",
           *       "amountFen": 1,
           *       "reference": "20261001-0042",
           *       "paidOn": "2026-10-01",
           *       "reason": "节点 gpu-node-07 故障",
           *       "decisionId": "decision_01m87dd5ep5z67vz613k1z6nkn",
           *       "recordedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "recordedAt": "2026-10-01T00:00:00.000Z",
           *       "decidedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "comment": "金额合理，同意。",
           *       "entryId": "entry_01m87dd5ep5z67vz613k1z6nkn",
           *       "reversedFen": 1,
           *       "reversedAt": "2026-10-01T00:00:00.000Z",
           *       "proof": {
           *         "fileName": "计划书.pdf",
           *         "mediaType": "application/pdf",
           *         "sizeBytes": 1,
           *         "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *       }
           *     }
           */
          'application/json': components['schemas']['BankTransfer'];
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
  'transfers.reject': {
    parameters: {
      query?: never;
      header?: {
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
        transfer: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "节点 gpu-node-07 故障"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "direction": "in",
           *       "state": "pending",
           *       "amountFen": 1,
           *       "reference": "20261001-0042",
           *       "paidOn": "2026-10-01",
           *       "reason": "节点 gpu-node-07 故障",
           *       "decisionId": "decision_01m87dd5ep5z67vz613k1z6nkn",
           *       "recordedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "recordedAt": "2026-10-01T00:00:00.000Z",
           *       "decidedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "comment": "金额合理，同意。",
           *       "entryId": "entry_01m87dd5ep5z67vz613k1z6nkn",
           *       "reversedFen": 1,
           *       "reversedAt": "2026-10-01T00:00:00.000Z",
           *       "proof": {
           *         "fileName": "计划书.pdf",
           *         "mediaType": "application/pdf",
           *         "sizeBytes": 1,
           *         "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *       }
           *     }
           */
          'application/json': components['schemas']['BankTransfer'];
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
  'transfers.reverse': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
        transfer: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "节点 gpu-node-07 故障",
         *       "amountFen": 1
         *     }
         */
        'application/json': {
          /** @description How much of it, where not all that is left */
          amountFen?: number;
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "summary": "¥600.00 for 极订科技",
           *       "reason": "节点 gpu-node-07 故障",
           *       "state": "pending",
           *       "proposedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "proposedAt": "2026-10-01T00:00:00.000Z",
           *       "expiresAt": "2026-10-01T00:00:00.000Z",
           *       "decidedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "comment": "金额合理，同意。"
           *     }
           */
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
  'runway.ofWallet': {
    parameters: {
      query?: {
        /** @description Of history */
        days?: number;
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
          /**
           * @example {
           *       "unit": "CNY",
           *       "points": [
           *         {
           *           "day": "2026-10-01",
           *           "available": 1,
           *           "held": 1
           *         }
           *       ],
           *       "forecast": {
           *         "source": "wallet",
           *         "name": "极订科技",
           *         "unit": "CNY",
           *         "left": 1,
           *         "perDay": 1,
           *         "ends": "used-up",
           *         "endsAt": "2026-10-01T00:00:00.000Z",
           *         "lapses": 1,
           *         "line": [
           *           {
           *             "day": "2026-10-01",
           *             "left": 1
           *           }
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['BurnDown'];
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
        /** @description From the first item on, or from the latest one back */
        order?: 'first' | 'latest';
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "entryId": "entry_01m87dd5ep5z67vz613k1z6nkn",
           *           "kind": "grant",
           *           "effectiveAt": "2026-10-01T00:00:00.000Z",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "jobName": "llama-finetune",
           *           "reason": "节点 gpu-node-07 故障",
           *           "amount": 1,
           *           "balance": 1,
           *           "gpuSeconds": 1
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
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
              jobName?: string;
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "kind": "grant",
           *           "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "summary": "¥600.00 for 极订科技",
           *           "reason": "节点 gpu-node-07 故障",
           *           "state": "pending",
           *           "proposedBy": {
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技"
           *           },
           *           "proposedAt": "2026-10-01T00:00:00.000Z",
           *           "expiresAt": "2026-10-01T00:00:00.000Z",
           *           "decidedBy": {
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技"
           *           },
           *           "decidedAt": "2026-10-01T00:00:00.000Z",
           *           "comment": "金额合理，同意。"
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "summary": "¥600.00 for 极订科技",
           *       "reason": "节点 gpu-node-07 故障",
           *       "state": "pending",
           *       "proposedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "proposedAt": "2026-10-01T00:00:00.000Z",
           *       "expiresAt": "2026-10-01T00:00:00.000Z",
           *       "decidedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "comment": "金额合理，同意。"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "comment": "金额合理，同意。"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "summary": "¥600.00 for 极订科技",
           *       "reason": "节点 gpu-node-07 故障",
           *       "state": "pending",
           *       "proposedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "proposedAt": "2026-10-01T00:00:00.000Z",
           *       "expiresAt": "2026-10-01T00:00:00.000Z",
           *       "decidedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "comment": "金额合理，同意。"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "comment": "金额合理，同意。"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "summary": "¥600.00 for 极订科技",
           *       "reason": "节点 gpu-node-07 故障",
           *       "state": "pending",
           *       "proposedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "proposedAt": "2026-10-01T00:00:00.000Z",
           *       "expiresAt": "2026-10-01T00:00:00.000Z",
           *       "decidedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "comment": "金额合理，同意。"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "comment": "金额合理，同意。"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "summary": "¥600.00 for 极订科技",
           *       "reason": "节点 gpu-node-07 故障",
           *       "state": "pending",
           *       "proposedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "proposedAt": "2026-10-01T00:00:00.000Z",
           *       "expiresAt": "2026-10-01T00:00:00.000Z",
           *       "decidedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "comment": "金额合理，同意。"
           *     }
           */
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
  'errors.list': {
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "code": "xuhui-2026",
           *           "status": 1,
           *           "meanings": [
           *             "There is no job …."
           *           ],
           *           "remedies": [
           *             "Check the id, and for which company you act."
           *           ]
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Errors'];
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "code": "xuhui-2026",
           *           "name": "极订科技",
           *           "vendor": "NVIDIA",
           *           "resourceName": "nvidia.com/gpu",
           *           "nodeSelector": {},
           *           "runtimeClassName": "kata-gpu",
           *           "tolerations": [
           *             {
           *               "key": "dedicated",
           *               "operator": "Equal",
           *               "value": "training",
           *               "effect": "NoExecute",
           *               "tolerationSeconds": 1
           *             }
           *           ],
           *           "gpusPerNode": 1,
           *           "weight": 1,
           *           "active": true,
           *           "listPriceFen": 1,
           *           "version": 1
           *         }
           *       ]
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "code": "2026-10",
         *       "name": "极订科技",
         *       "vendor": "NVIDIA",
         *       "resourceName": "nvidia.com/gpu",
         *       "nodeSelector": {},
         *       "runtimeClassName": "kata-gpu",
         *       "tolerations": [
         *         {
         *           "key": "dedicated",
         *           "operator": "Equal",
         *           "value": "training",
         *           "effect": "NoExecute",
         *           "tolerationSeconds": 1
         *         }
         *       ],
         *       "gpusPerNode": 1,
         *       "weight": 1,
         *       "active": true
         *     }
         */
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
          /** @description The RuntimeClass of the cluster that runs the pods; null: the default of the node. The next attempts of jobs use a change */
          runtimeClassName?: string | null;
          /** @description All of them: a change replaces the list */
          tolerations?: {
            /**
             * @description Left out: every effect
             * @enum {string}
             */
            effect?: 'NoExecute' | 'NoSchedule' | 'PreferNoSchedule';
            /** @description Key of the taint; left out with the operator Exists: every taint */
            key?: string;
            /**
             * @description Left out: Equal
             * @enum {string}
             */
            operator?: 'Equal' | 'Exists';
            /** @description Only with the effect NoExecute: for how long a pod stays on its node after the node gets the taint */
            tolerationSeconds?: number;
            /** @description Value of the taint, with the operator Equal */
            value?: string;
          }[];
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
          /**
           * @example {
           *       "code": "xuhui-2026",
           *       "name": "极订科技",
           *       "vendor": "NVIDIA",
           *       "resourceName": "nvidia.com/gpu",
           *       "nodeSelector": {},
           *       "runtimeClassName": "kata-gpu",
           *       "tolerations": [
           *         {
           *           "key": "dedicated",
           *           "operator": "Equal",
           *           "value": "training",
           *           "effect": "NoExecute",
           *           "tolerationSeconds": 1
           *         }
           *       ],
           *       "gpusPerNode": 1,
           *       "weight": 1,
           *       "active": true,
           *       "listPriceFen": 1,
           *       "version": 1
           *     }
           */
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
          /**
           * @example {
           *       "code": "xuhui-2026",
           *       "name": "极订科技",
           *       "vendor": "NVIDIA",
           *       "resourceName": "nvidia.com/gpu",
           *       "nodeSelector": {},
           *       "runtimeClassName": "kata-gpu",
           *       "tolerations": [
           *         {
           *           "key": "dedicated",
           *           "operator": "Equal",
           *           "value": "training",
           *           "effect": "NoExecute",
           *           "tolerationSeconds": 1
           *         }
           *       ],
           *       "gpusPerNode": 1,
           *       "weight": 1,
           *       "active": true,
           *       "listPriceFen": 1,
           *       "version": 1
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        code: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "极订科技",
         *       "vendor": "NVIDIA",
         *       "resourceName": "nvidia.com/gpu",
         *       "nodeSelector": {},
         *       "runtimeClassName": "kata-gpu",
         *       "tolerations": [
         *         {
         *           "key": "dedicated",
         *           "operator": "Equal",
         *           "value": "training",
         *           "effect": "NoExecute",
         *           "tolerationSeconds": 1
         *         }
         *       ],
         *       "gpusPerNode": 1,
         *       "weight": 1,
         *       "active": true
         *     }
         */
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
          /** @description The RuntimeClass of the cluster that runs the pods; null: the default of the node. The next attempts of jobs use a change */
          runtimeClassName?: string | null;
          /** @description All of them: a change replaces the list */
          tolerations?: {
            /**
             * @description Left out: every effect
             * @enum {string}
             */
            effect?: 'NoExecute' | 'NoSchedule' | 'PreferNoSchedule';
            /** @description Key of the taint; left out with the operator Exists: every taint */
            key?: string;
            /**
             * @description Left out: Equal
             * @enum {string}
             */
            operator?: 'Equal' | 'Exists';
            /** @description Only with the effect NoExecute: for how long a pod stays on its node after the node gets the taint */
            tolerationSeconds?: number;
            /** @description Value of the taint, with the operator Equal */
            value?: string;
          }[];
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
          /**
           * @example {
           *       "code": "xuhui-2026",
           *       "name": "极订科技",
           *       "vendor": "NVIDIA",
           *       "resourceName": "nvidia.com/gpu",
           *       "nodeSelector": {},
           *       "runtimeClassName": "kata-gpu",
           *       "tolerations": [
           *         {
           *           "key": "dedicated",
           *           "operator": "Equal",
           *           "value": "training",
           *           "effect": "NoExecute",
           *           "tolerationSeconds": 1
           *         }
           *       ],
           *       "gpusPerNode": 1,
           *       "weight": 1,
           *       "active": true,
           *       "listPriceFen": 1,
           *       "version": 1
           *     }
           */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "from": "2026-10-01T00:00:00.000Z",
           *           "fenPerGpuHour": 1
           *         }
           *       ]
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        code: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "from": "2026-10-01T00:00:00.000Z",
         *       "fenPerGpuHour": 1
         *     }
         */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "from": "2026-10-01T00:00:00.000Z",
           *           "fenPerGpuHour": 1
           *         }
           *       ]
           *     }
           */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技",
           *           "unit": "CNY",
           *           "validFrom": "2026-10-01T00:00:00.000Z",
           *           "validUntil": "2026-10-01T00:00:00.000Z",
           *           "frozen": true,
           *           "status": "not-yet-valid",
           *           "carriedOver": true,
           *           "applicationId": "application_01m87dd5ep5z67vz613k1z6nkn",
           *           "openedAt": "2026-10-01T00:00:00.000Z",
           *           "available": 1,
           *           "held": 1
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "name": "极订科技",
           *       "unit": "CNY",
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "frozen": true,
           *       "status": "not-yet-valid",
           *       "carriedOver": true,
           *       "applicationId": "application_01m87dd5ep5z67vz613k1z6nkn",
           *       "openedAt": "2026-10-01T00:00:00.000Z",
           *       "available": 1,
           *       "held": 1,
           *       "promised": 1,
           *       "spent": 1,
           *       "runway": {
           *         "consumptionPerDay": 1,
           *         "daysLeft": 1
           *       },
           *       "events": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "at": "2026-10-01T00:00:00.000Z",
           *           "kind": "grant",
           *           "amount": 1,
           *           "validUntil": "2026-10-01T00:00:00.000Z",
           *           "actor": {
           *             "kind": "grant",
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技"
           *           },
           *           "reason": "节点 gpu-node-07 故障"
           *         }
           *       ]
           *     }
           */
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
  'runway.ofGrant': {
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
          /**
           * @example {
           *       "unit": "CNY",
           *       "points": [
           *         {
           *           "day": "2026-10-01",
           *           "available": 1,
           *           "held": 1
           *         }
           *       ],
           *       "forecast": {
           *         "source": "wallet",
           *         "name": "极订科技",
           *         "unit": "CNY",
           *         "left": 1,
           *         "perDay": 1,
           *         "ends": "used-up",
           *         "endsAt": "2026-10-01T00:00:00.000Z",
           *         "lapses": 1,
           *         "line": [
           *           {
           *             "day": "2026-10-01",
           *             "left": 1
           *           }
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['BurnDown'];
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
        /** @description From the first item on, or from the latest one back */
        order?: 'first' | 'latest';
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "entryId": "entry_01m87dd5ep5z67vz613k1z6nkn",
           *           "kind": "grant",
           *           "effectiveAt": "2026-10-01T00:00:00.000Z",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "jobName": "llama-finetune",
           *           "reason": "节点 gpu-node-07 故障",
           *           "amount": 1,
           *           "balance": 1,
           *           "gpuSeconds": 1
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
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
              jobName?: string;
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "节点 gpu-node-07 故障"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "name": "极订科技",
           *       "unit": "CNY",
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "frozen": true,
           *       "status": "not-yet-valid",
           *       "carriedOver": true,
           *       "applicationId": "application_01m87dd5ep5z67vz613k1z6nkn",
           *       "openedAt": "2026-10-01T00:00:00.000Z",
           *       "available": 1,
           *       "held": 1,
           *       "promised": 1,
           *       "spent": 1,
           *       "runway": {
           *         "consumptionPerDay": 1,
           *         "daysLeft": 1
           *       },
           *       "events": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "at": "2026-10-01T00:00:00.000Z",
           *           "kind": "grant",
           *           "amount": 1,
           *           "validUntil": "2026-10-01T00:00:00.000Z",
           *           "actor": {
           *             "kind": "grant",
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技"
           *           },
           *           "reason": "节点 gpu-node-07 故障"
           *         }
           *       ]
           *     }
           */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "jobName": "llama-finetune",
           *           "amount": 1,
           *           "gpuSeconds": 1,
           *           "listFen": 1
           *         }
           *       ]
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "kind": "freeze",
         *       "amount": 1,
         *       "opinion": "同意"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "grantId": "grant_01m87dd5ep5z67vz613k1z6nkn",
           *       "status": "draft",
           *       "round": 1,
           *       "amount": 1,
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "purpose": "微调 7B 模型",
           *       "contactName": "李岩",
           *       "contactPhone": "+86 21 5555 0100",
           *       "submittedBy": "李岩",
           *       "submittedAt": "2026-10-01T00:00:00.000Z",
           *       "recommendation": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "endorsement": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "approval": {
           *         "by": "周明",
           *         "amount": 1,
           *         "validUntil": "2026-10-01T00:00:00.000Z"
           *       },
           *       "held": 1,
           *       "dueAt": "2026-10-01T00:00:00.000Z",
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "updatedAt": "2026-10-01T00:00:00.000Z",
           *       "version": 1,
           *       "plan": "第一季度完成微调，第二季度上线。"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "节点 gpu-node-07 故障"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "name": "极订科技",
           *       "unit": "CNY",
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "frozen": true,
           *       "status": "not-yet-valid",
           *       "carriedOver": true,
           *       "applicationId": "application_01m87dd5ep5z67vz613k1z6nkn",
           *       "openedAt": "2026-10-01T00:00:00.000Z",
           *       "available": 1,
           *       "held": 1,
           *       "promised": 1,
           *       "spent": 1,
           *       "runway": {
           *         "consumptionPerDay": 1,
           *         "daysLeft": 1
           *       },
           *       "events": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "at": "2026-10-01T00:00:00.000Z",
           *           "kind": "grant",
           *           "amount": 1,
           *           "validUntil": "2026-10-01T00:00:00.000Z",
           *           "actor": {
           *             "kind": "grant",
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技"
           *           },
           *           "reason": "节点 gpu-node-07 故障"
           *         }
           *       ]
           *     }
           */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "reason": "节点 gpu-node-07 故障",
           *           "node": "gpu-node-07",
           *           "from": "2026-10-01T00:00:00.000Z",
           *           "until": "2026-10-01T00:00:00.000Z",
           *           "openedBy": "周明",
           *           "openedAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "节点 gpu-node-07 故障",
         *       "attempts": [
         *         "job_01m87dd5ep5z67vz613k1z6nkn/1"
         *       ],
         *       "from": "2026-10-01T00:00:00.000Z",
         *       "until": "2026-10-01T00:00:00.000Z",
         *       "node": "2026-10"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "reason": "节点 gpu-node-07 故障",
           *       "node": "gpu-node-07",
           *       "from": "2026-10-01T00:00:00.000Z",
           *       "until": "2026-10-01T00:00:00.000Z",
           *       "openedBy": "周明",
           *       "openedAt": "2026-10-01T00:00:00.000Z",
           *       "refunds": [
           *         {
           *           "attempt": "job_01m87dd5ep5z67vz613k1z6nkn/1",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "since": "2026-10-01T00:00:00.000Z",
           *           "fromCheckpoint": true,
           *           "refundedGpuSeconds": 1,
           *           "reversedAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ],
           *       "refundedGpuSeconds": 1,
           *       "decision": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "kind": "grant",
           *         "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *         "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *         "summary": "¥600.00 for 极订科技",
           *         "reason": "节点 gpu-node-07 故障",
           *         "state": "pending",
           *         "proposedBy": {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技"
           *         },
           *         "proposedAt": "2026-10-01T00:00:00.000Z",
           *         "expiresAt": "2026-10-01T00:00:00.000Z",
           *         "decidedBy": {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技"
           *         },
           *         "decidedAt": "2026-10-01T00:00:00.000Z",
           *         "comment": "金额合理，同意。"
           *       }
           *     }
           */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "reason": "节点 gpu-node-07 故障",
           *       "node": "gpu-node-07",
           *       "from": "2026-10-01T00:00:00.000Z",
           *       "until": "2026-10-01T00:00:00.000Z",
           *       "openedBy": "周明",
           *       "openedAt": "2026-10-01T00:00:00.000Z",
           *       "refunds": [
           *         {
           *           "attempt": "job_01m87dd5ep5z67vz613k1z6nkn/1",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "since": "2026-10-01T00:00:00.000Z",
           *           "fromCheckpoint": true,
           *           "refundedGpuSeconds": 1,
           *           "reversedAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ],
           *       "refundedGpuSeconds": 1
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "节点 gpu-node-07 故障",
         *       "attempts": [
         *         "job_01m87dd5ep5z67vz613k1z6nkn/1"
         *       ]
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "grant",
           *       "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "summary": "¥600.00 for 极订科技",
           *       "reason": "节点 gpu-node-07 故障",
           *       "state": "pending",
           *       "proposedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "proposedAt": "2026-10-01T00:00:00.000Z",
           *       "expiresAt": "2026-10-01T00:00:00.000Z",
           *       "decidedBy": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "name": "极订科技"
           *       },
           *       "decidedAt": "2026-10-01T00:00:00.000Z",
           *       "comment": "金额合理，同意。"
           *     }
           */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "attempt": "job_01m87dd5ep5z67vz613k1z6nkn/1",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "since": "2026-10-01T00:00:00.000Z",
           *           "fromCheckpoint": true,
           *           "refundedGpuSeconds": 1,
           *           "jobName": "llama-finetune",
           *           "endedAt": "2026-10-01T00:00:00.000Z",
           *           "end": "rolled-back",
           *           "reason": "节点 gpu-node-07 故障",
           *           "nodes": [
           *             "gpu-node-07"
           *           ],
           *           "secondPerson": "a person cancelled it"
           *         }
           *       ],
           *       "refundedGpuSeconds": 1
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "attempts": [
         *         "job_01m87dd5ep5z67vz613k1z6nkn/1"
         *       ],
         *       "from": "2026-10-01T00:00:00.000Z",
         *       "until": "2026-10-01T00:00:00.000Z",
         *       "node": "2026-10"
         *     }
         */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "attempt": "job_01m87dd5ep5z67vz613k1z6nkn/1",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "since": "2026-10-01T00:00:00.000Z",
           *           "fromCheckpoint": true,
           *           "refundedGpuSeconds": 1,
           *           "jobName": "llama-finetune",
           *           "endedAt": "2026-10-01T00:00:00.000Z",
           *           "end": "rolled-back",
           *           "reason": "节点 gpu-node-07 故障",
           *           "nodes": [
           *             "gpu-node-07"
           *           ],
           *           "secondPerson": "a person cancelled it"
           *         }
           *       ],
           *       "refundedGpuSeconds": 1
           *     }
           */
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
        /**
         * @example {
         *       "token": "mss_pat_01m87dd5ep5z67vz613k1z6nkn",
         *       "name": "极订科技",
         *       "password": "granite otter 51 window"
         *     }
         */
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
          /**
           * @example {
           *       "userId": "user_01m87dd5ep5z67vz613k1z6nkn",
           *       "email": "engineer@jiding.example"
           *     }
           */
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
        /**
         * @example {
         *       "token": "mss_pat_01m87dd5ep5z67vz613k1z6nkn"
         *     }
         */
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
          /**
           * @example {
           *       "companyName": "极订科技",
           *       "email": "engineer@jiding.example",
           *       "role": "owner",
           *       "hasAccount": true
           *     }
           */
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
        /** @description Code of their project */
        project?: string;
        /** @description One or several of the states, separated by commas */
        state?: string;
        /** @description Only those that this person submitted */
        submittedBy?: string;
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技",
           *           "state": "Queued",
           *           "attempt": 1,
           *           "gpuClass": "h800",
           *           "replicas": 1,
           *           "gpusPerReplica": 1,
           *           "maxRuntimeSeconds": 1,
           *           "graceSeconds": 1,
           *           "priority": "high",
           *           "selfPay": true,
           *           "submittedBy": "李岩",
           *           "submittedAt": "2026-10-01T00:00:00.000Z",
           *           "queuedAt": "2026-10-01T00:00:00.000Z",
           *           "admittedAt": "2026-10-01T00:00:00.000Z",
           *           "startedAt": "2026-10-01T00:00:00.000Z",
           *           "endedAt": "2026-10-01T00:00:00.000Z",
           *           "cancelRequestedAt": "2026-10-01T00:00:00.000Z",
           *           "exhaustsAt": "2026-10-01T00:00:00.000Z",
           *           "stopReason": "funds exhausted",
           *           "podFailures": {
           *             "earlier": 1,
           *             "inAttempt": 1,
           *             "detail": "All pods ended with exit code 0.",
           *             "nextPodBy": "2026-10-01T00:00:00.000Z"
           *           },
           *           "waiting": {
           *             "reason": "节点 gpu-node-07 故障",
           *             "detail": "All pods ended with exit code 0.",
           *             "expectedStart": "2026-10-01T00:00:00.000Z",
           *             "assumption": "Running jobs and the jobs before it use their whole max runtime.",
           *             "jobsAhead": 1,
           *             "place": 1,
           *             "reasons": [
           *               {
           *                 "code": "xuhui-2026",
           *                 "detail": "All pods ended with exit code 0.",
           *                 "remedy": "Close 2026-09 first.",
           *                 "facts": {}
           *               }
           *             ]
           *           },
           *           "exit": {
           *             "reason": "节点 gpu-node-07 故障",
           *             "detail": "All pods ended with exit code 0.",
           *             "exitCode": 1
           *           },
           *           "placement": [
           *             "gpu-node-07"
           *           ]
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "apiVersion": "speedspace.io/v1",
         *       "kind": "Job",
         *       "metadata": {
         *         "name": "llama-finetune"
         *       },
         *       "spec": {
         *         "gpuClass": "h800",
         *         "replicas": 2,
         *         "gpusPerReplica": 8,
         *         "image": "registry.park.example/jiding/train:1.4",
         *         "command": [
         *           "torchrun",
         *           "--nproc-per-node=8",
         *           "train.py"
         *         ],
         *         "env": {
         *           "EPOCHS": "3"
         *         },
         *         "maxRuntime": "12h",
         *         "checkpoint": {
         *           "grace": "2m",
         *           "resume": "auto"
         *         },
         *         "topology": {
         *           "key": "rack",
         *           "mode": "prefer"
         *         },
         *         "selfPay": true
         *       }
         *     }
         */
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
            /** @description Code of a project of the company */
            project?: string;
          };
          spec: {
            after?: {
              job: string;
              /**
               * @default success
               * @enum {string}
               */
              on?: 'success' | 'end';
            }[];
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
            envFrom?: {
              secret: string;
            }[];
            ephemeralStorage?: string;
            files?: {
              mountPath: string;
              secret: string;
            }[];
            gpuClass: string;
            gpusPerReplica: number;
            image: string;
            imagePullSecrets?: string[];
            maxRuntime: string;
            memory?: string;
            /**
             * @default normal
             * @enum {string}
             */
            priority?: 'high' | 'normal' | 'low';
            replicas?: number;
            retries?: number;
            runAs?: {
              group?: number;
              user: number;
            };
            /** @default false */
            selfPay?: boolean;
            shm?: string;
            topology?: {
              /** @description The kind of domain, such as `rack`: one of those by which the park groups its nodes */
              key: string;
              /**
               * @description `require`: all pods on nodes of one domain, or it waits; `prefer`: so where one domain holds them
               * @default prefer
               * @enum {string}
               */
              mode?: 'prefer' | 'require';
            };
            workingDir?: string;
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "name": "极订科技",
           *       "state": "Queued",
           *       "attempt": 1,
           *       "gpuClass": "h800",
           *       "replicas": 1,
           *       "gpusPerReplica": 1,
           *       "maxRuntimeSeconds": 1,
           *       "graceSeconds": 1,
           *       "priority": "high",
           *       "selfPay": true,
           *       "submittedBy": "李岩",
           *       "submittedAt": "2026-10-01T00:00:00.000Z",
           *       "queuedAt": "2026-10-01T00:00:00.000Z",
           *       "admittedAt": "2026-10-01T00:00:00.000Z",
           *       "startedAt": "2026-10-01T00:00:00.000Z",
           *       "endedAt": "2026-10-01T00:00:00.000Z",
           *       "cancelRequestedAt": "2026-10-01T00:00:00.000Z",
           *       "exhaustsAt": "2026-10-01T00:00:00.000Z",
           *       "stopReason": "funds exhausted",
           *       "podFailures": {
           *         "earlier": 1,
           *         "inAttempt": 1,
           *         "detail": "All pods ended with exit code 0.",
           *         "nextPodBy": "2026-10-01T00:00:00.000Z"
           *       },
           *       "waiting": {
           *         "reason": "节点 gpu-node-07 故障",
           *         "detail": "All pods ended with exit code 0.",
           *         "expectedStart": "2026-10-01T00:00:00.000Z",
           *         "assumption": "Running jobs and the jobs before it use their whole max runtime.",
           *         "jobsAhead": 1,
           *         "place": 1,
           *         "reasons": [
           *           {
           *             "code": "xuhui-2026",
           *             "detail": "All pods ended with exit code 0.",
           *             "remedy": "Close 2026-09 first.",
           *             "facts": {}
           *           }
           *         ]
           *       },
           *       "exit": {
           *         "reason": "节点 gpu-node-07 故障",
           *         "detail": "All pods ended with exit code 0.",
           *         "exitCode": 1
           *       },
           *       "placement": [
           *         "gpu-node-07"
           *       ],
           *       "file": {},
           *       "stoppedForOthers": {
           *         "times": 1,
           *         "lostGpuSeconds": 1
           *       }
           *     }
           */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "name": "极订科技",
           *       "state": "Queued",
           *       "attempt": 1,
           *       "gpuClass": "h800",
           *       "replicas": 1,
           *       "gpusPerReplica": 1,
           *       "maxRuntimeSeconds": 1,
           *       "graceSeconds": 1,
           *       "priority": "high",
           *       "selfPay": true,
           *       "submittedBy": "李岩",
           *       "submittedAt": "2026-10-01T00:00:00.000Z",
           *       "queuedAt": "2026-10-01T00:00:00.000Z",
           *       "admittedAt": "2026-10-01T00:00:00.000Z",
           *       "startedAt": "2026-10-01T00:00:00.000Z",
           *       "endedAt": "2026-10-01T00:00:00.000Z",
           *       "cancelRequestedAt": "2026-10-01T00:00:00.000Z",
           *       "exhaustsAt": "2026-10-01T00:00:00.000Z",
           *       "stopReason": "funds exhausted",
           *       "podFailures": {
           *         "earlier": 1,
           *         "inAttempt": 1,
           *         "detail": "All pods ended with exit code 0.",
           *         "nextPodBy": "2026-10-01T00:00:00.000Z"
           *       },
           *       "waiting": {
           *         "reason": "节点 gpu-node-07 故障",
           *         "detail": "All pods ended with exit code 0.",
           *         "expectedStart": "2026-10-01T00:00:00.000Z",
           *         "assumption": "Running jobs and the jobs before it use their whole max runtime.",
           *         "jobsAhead": 1,
           *         "place": 1,
           *         "reasons": [
           *           {
           *             "code": "xuhui-2026",
           *             "detail": "All pods ended with exit code 0.",
           *             "remedy": "Close 2026-09 first.",
           *             "facts": {}
           *           }
           *         ]
           *       },
           *       "exit": {
           *         "reason": "节点 gpu-node-07 故障",
           *         "detail": "All pods ended with exit code 0.",
           *         "exitCode": 1
           *       },
           *       "placement": [
           *         "gpu-node-07"
           *       ],
           *       "file": {},
           *       "stoppedForOthers": {
           *         "times": 1,
           *         "lostGpuSeconds": 1
           *       }
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "name": "极订科技",
           *       "state": "Queued",
           *       "attempt": 1,
           *       "gpuClass": "h800",
           *       "replicas": 1,
           *       "gpusPerReplica": 1,
           *       "maxRuntimeSeconds": 1,
           *       "graceSeconds": 1,
           *       "priority": "high",
           *       "selfPay": true,
           *       "submittedBy": "李岩",
           *       "submittedAt": "2026-10-01T00:00:00.000Z",
           *       "queuedAt": "2026-10-01T00:00:00.000Z",
           *       "admittedAt": "2026-10-01T00:00:00.000Z",
           *       "startedAt": "2026-10-01T00:00:00.000Z",
           *       "endedAt": "2026-10-01T00:00:00.000Z",
           *       "cancelRequestedAt": "2026-10-01T00:00:00.000Z",
           *       "exhaustsAt": "2026-10-01T00:00:00.000Z",
           *       "stopReason": "funds exhausted",
           *       "podFailures": {
           *         "earlier": 1,
           *         "inAttempt": 1,
           *         "detail": "All pods ended with exit code 0.",
           *         "nextPodBy": "2026-10-01T00:00:00.000Z"
           *       },
           *       "waiting": {
           *         "reason": "节点 gpu-node-07 故障",
           *         "detail": "All pods ended with exit code 0.",
           *         "expectedStart": "2026-10-01T00:00:00.000Z",
           *         "assumption": "Running jobs and the jobs before it use their whole max runtime.",
           *         "jobsAhead": 1,
           *         "place": 1,
           *         "reasons": [
           *           {
           *             "code": "xuhui-2026",
           *             "detail": "All pods ended with exit code 0.",
           *             "remedy": "Close 2026-09 first.",
           *             "facts": {}
           *           }
           *         ]
           *       },
           *       "exit": {
           *         "reason": "节点 gpu-node-07 故障",
           *         "detail": "All pods ended with exit code 0.",
           *         "exitCode": 1
           *       },
           *       "placement": [
           *         "gpu-node-07"
           *       ],
           *       "file": {},
           *       "stoppedForOthers": {
           *         "times": 1,
           *         "lostGpuSeconds": 1
           *       }
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
          /**
           * @example {
           *       "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *       "attempt": 1,
           *       "at": "2026-10-01T00:00:00.000Z"
           *     }
           */
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
  'provenance.entries': {
    parameters: {
      query?: {
        /** @description nextCursor of the page before */
        cursor?: string;
        /** @description Holds too, not only charges */
        holds?: 'true' | 'false';
        /** @description Most items on a page */
        limit?: number;
        /** @description Only those that take effect in it */
        month?: string;
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "kind": "budget.appropriated",
           *           "effectiveAt": "2026-10-01T00:00:00.000Z",
           *           "recordedAt": "2026-10-01T00:00:00.000Z",
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "attemptNumber": 1,
           *           "corrects": "entry_0000000000041",
           *           "belongsTo": "2026-10",
           *           "reason": "节点 gpu-node-07 故障",
           *           "postings": [
           *             {
           *               "account": "grant:grant_01m87dd5ep5z67vz613k1z6nkn:available",
           *               "name": "极订科技",
           *               "unit": "CNY",
           *               "amount": 1,
           *               "gpuSeconds": 1,
           *               "listFen": 1
           *             }
           *           ]
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
          'application/json': components['schemas']['JobEntries'];
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "sequence": 1,
           *           "at": "2026-10-01T00:00:00.000Z",
           *           "kind": "grant",
           *           "fromState": "Queued",
           *           "toState": "Queued",
           *           "attempt": 1,
           *           "actor": "user_01m87dd5ep5z67vz613k1z6nkn",
           *           "reason": "节点 gpu-node-07 故障",
           *           "data": {}
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
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
  'joblogs.text': {
    parameters: {
      query?: {
        /** @description Absent: the last one */
        attempt?: number;
        /** @description Only lines that contain this text, without regard to case and to colours; with `tail`, the last of them */
        contains?: string;
        replica?: number;
        /** @description The lines of this instant and later ones */
        since?: string;
        /** @description So many of the last lines */
        tail?: number;
        /** @description Begin each line with its instant */
        timestamps?: 'true' | 'false';
        /** @description The lines before this instant */
        until?: string;
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
  'joblogs.kept': {
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "attempt": 1,
           *           "replica": 1,
           *           "startedAt": "2026-10-01T00:00:00.000Z",
           *           "keptAt": "2026-10-01T00:00:00.000Z",
           *           "lines": 1,
           *           "bytes": 1,
           *           "cut": true,
           *           "failure": null
           *         }
           *       ]
           *     }
           */
          'application/json': {
            items: components['schemas']['KeptLog'][];
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
  'joblogs.lines': {
    parameters: {
      query?: {
        /** @description Absent: the last one */
        attempt?: number;
        /** @description Only lines that contain this text, without regard to case and to colours; with `tail`, the last of them */
        contains?: string;
        cursor?: string;
        /** @description Most lines on a page */
        limit?: number;
        /** @description From the first item on, or from the latest one back */
        order?: 'first' | 'latest';
        replica?: number;
        /** @description The lines of this instant and later ones */
        since?: string;
        /** @description The lines before this instant */
        until?: string;
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
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "at": "2026-10-15T08:00:00.123456789Z",
           *           "text": "epoch 1 loss 2.31"
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA",
           *       "kept": {
           *         "cut": true,
           *         "bytes": 1
           *       }
           *     }
           */
          'application/json': {
            items: components['schemas']['LogLine'][];
            /** @description Absent: the lines come from the cluster */
            kept?: {
              /** @description What was kept */
              bytes: number;
              /** @description The beginning was not kept */
              cut: boolean;
            };
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
  'joblogs.stream': {
    parameters: {
      query?: {
        /** @description Absent: the last one */
        attempt?: number;
        /** @description Only lines that contain this text, without regard to case and to colours; with `tail`, the last of them */
        contains?: string;
        replica?: number;
        /** @description The lines of this instant and later ones */
        since?: string;
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
  'jobmetrics.read': {
    parameters: {
      query?: {
        /** @description Absent: the last one */
        attempt?: number;
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
          /**
           * @example {
           *       "configured": true,
           *       "attempt": 1,
           *       "from": "2026-10-01T00:00:00.000Z",
           *       "to": "2026-10-01T00:00:00.000Z",
           *       "stepSeconds": 1,
           *       "replicas": [
           *         {
           *           "replica": 1,
           *           "points": [
           *             {
           *               "at": "2026-10-01T00:00:00.000Z",
           *               "utilisation": 1,
           *               "memoryMib": 1
           *             }
           *           ]
           *         }
           *       ],
           *       "partial": true
           *     }
           */
          'application/json': components['schemas']['JobMetrics'];
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
  'podevents.list': {
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "attempt": 1,
           *           "replica": 1,
           *           "pod": "job-01m87dd5ep5z67vz613k1z6nkn-1-0-x7k2p",
           *           "source": "event",
           *           "warning": true,
           *           "code": "image-pull-failed",
           *           "sentence": {
           *             "en": "Your job will be stopped within an hour for lack of funds.",
           *             "zh": "您的作业将在一小时内因额度不足而停止。"
           *           },
           *           "remedy": {
           *             "en": "Your job will be stopped within an hour for lack of funds.",
           *             "zh": "您的作业将在一小时内因额度不足而停止。"
           *           },
           *           "reason": "ErrImagePull",
           *           "message": "Choose a shorter time.",
           *           "count": 1,
           *           "firstAt": "2026-10-01T00:00:00.000Z",
           *           "lastAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': {
            items: components['schemas']['PodEvent'][];
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
  'provenance.attempts': {
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "attempt": 1,
           *           "admissionId": "job_01m87dd5ep5z67vz613k1z6nkn/1",
           *           "fenPerGpuHour": 1,
           *           "admittedAt": "2026-10-01T00:00:00.000Z",
           *           "closedAt": "2026-10-01T00:00:00.000Z",
           *           "meteredUntil": "2026-10-01T00:00:00.000Z",
           *           "gpuSeconds": 1,
           *           "refundedGpuSeconds": 1,
           *           "shares": [
           *             {
           *               "source": "grant:grant_01m87dd5ep5z67vz613k1z6nkn",
           *               "name": "极订科技",
           *               "unit": "CNY",
           *               "gpuSeconds": 1,
           *               "paid": 1,
           *               "held": 1
           *             }
           *           ]
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA",
           *       "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *       "jobName": "llama-finetune",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn"
           *     }
           */
          'application/json': components['schemas']['JobProvenance'];
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
  'provenance.intervals': {
    parameters: {
      query?: {
        /** @description Absent: the last one */
        attempt?: number;
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "podUid": "6f2c1f0e-8d0b-4a53-9a4e-2f6f4f9d1c11",
           *           "node": "gpu-node-07",
           *           "gpus": 1,
           *           "startedAt": "2026-10-01T00:00:00.000Z",
           *           "endedAt": "2026-10-01T00:00:00.000Z",
           *           "meteredUntil": "2026-10-01T00:00:00.000Z",
           *           "gpuSeconds": 1,
           *           "endSource": "reported"
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
          'application/json': components['schemas']['AttemptIntervals'];
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "name": "极订科技",
           *       "state": "Queued",
           *       "attempt": 1,
           *       "gpuClass": "h800",
           *       "replicas": 1,
           *       "gpusPerReplica": 1,
           *       "maxRuntimeSeconds": 1,
           *       "graceSeconds": 1,
           *       "priority": "high",
           *       "selfPay": true,
           *       "submittedBy": "李岩",
           *       "submittedAt": "2026-10-01T00:00:00.000Z",
           *       "queuedAt": "2026-10-01T00:00:00.000Z",
           *       "admittedAt": "2026-10-01T00:00:00.000Z",
           *       "startedAt": "2026-10-01T00:00:00.000Z",
           *       "endedAt": "2026-10-01T00:00:00.000Z",
           *       "cancelRequestedAt": "2026-10-01T00:00:00.000Z",
           *       "exhaustsAt": "2026-10-01T00:00:00.000Z",
           *       "stopReason": "funds exhausted",
           *       "podFailures": {
           *         "earlier": 1,
           *         "inAttempt": 1,
           *         "detail": "All pods ended with exit code 0.",
           *         "nextPodBy": "2026-10-01T00:00:00.000Z"
           *       },
           *       "waiting": {
           *         "reason": "节点 gpu-node-07 故障",
           *         "detail": "All pods ended with exit code 0.",
           *         "expectedStart": "2026-10-01T00:00:00.000Z",
           *         "assumption": "Running jobs and the jobs before it use their whole max runtime.",
           *         "jobsAhead": 1,
           *         "place": 1,
           *         "reasons": [
           *           {
           *             "code": "xuhui-2026",
           *             "detail": "All pods ended with exit code 0.",
           *             "remedy": "Close 2026-09 first.",
           *             "facts": {}
           *           }
           *         ]
           *       },
           *       "exit": {
           *         "reason": "节点 gpu-node-07 故障",
           *         "detail": "All pods ended with exit code 0.",
           *         "exitCode": 1
           *       },
           *       "placement": [
           *         "gpu-node-07"
           *       ],
           *       "file": {},
           *       "stoppedForOthers": {
           *         "times": 1,
           *         "lostGpuSeconds": 1
           *       }
           *     }
           */
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
  'jobs.suspend': {
    parameters: {
      query?: never;
      header?: {
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "name": "极订科技",
           *       "state": "Queued",
           *       "attempt": 1,
           *       "gpuClass": "h800",
           *       "replicas": 1,
           *       "gpusPerReplica": 1,
           *       "maxRuntimeSeconds": 1,
           *       "graceSeconds": 1,
           *       "priority": "high",
           *       "selfPay": true,
           *       "submittedBy": "李岩",
           *       "submittedAt": "2026-10-01T00:00:00.000Z",
           *       "queuedAt": "2026-10-01T00:00:00.000Z",
           *       "admittedAt": "2026-10-01T00:00:00.000Z",
           *       "startedAt": "2026-10-01T00:00:00.000Z",
           *       "endedAt": "2026-10-01T00:00:00.000Z",
           *       "cancelRequestedAt": "2026-10-01T00:00:00.000Z",
           *       "exhaustsAt": "2026-10-01T00:00:00.000Z",
           *       "stopReason": "funds exhausted",
           *       "podFailures": {
           *         "earlier": 1,
           *         "inAttempt": 1,
           *         "detail": "All pods ended with exit code 0.",
           *         "nextPodBy": "2026-10-01T00:00:00.000Z"
           *       },
           *       "waiting": {
           *         "reason": "节点 gpu-node-07 故障",
           *         "detail": "All pods ended with exit code 0.",
           *         "expectedStart": "2026-10-01T00:00:00.000Z",
           *         "assumption": "Running jobs and the jobs before it use their whole max runtime.",
           *         "jobsAhead": 1,
           *         "place": 1,
           *         "reasons": [
           *           {
           *             "code": "xuhui-2026",
           *             "detail": "All pods ended with exit code 0.",
           *             "remedy": "Close 2026-09 first.",
           *             "facts": {}
           *           }
           *         ]
           *       },
           *       "exit": {
           *         "reason": "节点 gpu-node-07 故障",
           *         "detail": "All pods ended with exit code 0.",
           *         "exitCode": 1
           *       },
           *       "placement": [
           *         "gpu-node-07"
           *       ],
           *       "file": {},
           *       "stoppedForOthers": {
           *         "times": 1,
           *         "lostGpuSeconds": 1
           *       }
           *     }
           */
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
  'jobs.bulk': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "action": "cancel",
         *       "ids": [
         *         "job_01m87dd5ep5z67vz613k1z6nkn"
         *       ]
         *     }
         */
        'application/json': {
          /** @enum {string} */
          action: 'cancel' | 'suspend' | 'resume';
          ids: string[];
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "ok": true,
           *           "problem": {
           *             "type": "urn:speedspace:problem:grant.insufficient",
           *             "title": "The input is not valid",
           *             "status": 1,
           *             "detail": "All pods ended with exit code 0.",
           *             "code": "xuhui-2026",
           *             "remedy": "Close 2026-09 first.",
           *             "errors": [
           *               {
           *                 "pointer": "/spec/maxRuntime",
           *                 "parameter": "limit",
           *                 "message": "Choose a shorter time."
           *               }
           *             ]
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['BulkResults'];
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
  'journal.export': {
    parameters: {
      query?: {
        /** @description First day, instead of a month */
        from?: string;
        /** @description The language of the headings and of the summaries */
        lang?: 'zh' | 'en';
        /** @description A business month; the present one where no period is given */
        month?: string;
        /** @description Last day, with `from` */
        to?: string;
      };
      header?: {
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "accounts": {
         *         "external": {
         *           "code": "2203",
         *           "name": "预收账款",
         *           "dimensions": [
         *             "company",
         *             "job"
         *           ]
         *         },
         *         "programme": {
         *           "code": "2203",
         *           "name": "预收账款",
         *           "dimensions": [
         *             "company",
         *             "job"
         *           ]
         *         },
         *         "grant": {
         *           "code": "2203",
         *           "name": "预收账款",
         *           "dimensions": [
         *             "company",
         *             "job"
         *           ]
         *         },
         *         "wallet": {
         *           "code": "2203",
         *           "name": "预收账款",
         *           "dimensions": [
         *             "company",
         *             "job"
         *           ]
         *         },
         *         "usage": {
         *           "code": "2203",
         *           "name": "预收账款",
         *           "dimensions": [
         *             "company",
         *             "job"
         *           ]
         *         },
         *         "absorbed": {
         *           "code": "2203",
         *           "name": "预收账款",
         *           "dimensions": [
         *             "company",
         *             "job"
         *           ]
         *         },
         *         "lapsed": {
         *           "code": "2203",
         *           "name": "预收账款",
         *           "dimensions": [
         *             "company",
         *             "job"
         *           ]
         *         }
         *       }
         *     }
         */
        'application/json': {
          accounts: {
            /** @description What the park writes off */
            absorbed?: {
              /**
               * @description Code of the account in the park's chart
               * @example 2203
               */
              code: string;
              /**
               * @description What each line of the account names
               * @default []
               * @example [
               *       "company",
               *       "job"
               *     ]
               */
              dimensions?: ('company' | 'programme' | 'gpuClass' | 'job')[];
              /**
               * @description Name of the account in the chart
               * @example 预收账款
               */
              name: string;
            };
            /** @description Money that comes and goes by the bank */
            external?: {
              /**
               * @description Code of the account in the park's chart
               * @example 2203
               */
              code: string;
              /**
               * @description What each line of the account names
               * @default []
               * @example [
               *       "company",
               *       "job"
               *     ]
               */
              dimensions?: ('company' | 'programme' | 'gpuClass' | 'job')[];
              /**
               * @description Name of the account in the chart
               * @example 预收账款
               */
              name: string;
            };
            /** @description Grants that are not used */
            grant?: {
              /**
               * @description Code of the account in the park's chart
               * @example 2203
               */
              code: string;
              /**
               * @description What each line of the account names
               * @default []
               * @example [
               *       "company",
               *       "job"
               *     ]
               */
              dimensions?: ('company' | 'programme' | 'gpuClass' | 'job')[];
              /**
               * @description Name of the account in the chart
               * @example 预收账款
               */
              name: string;
            };
            /** @description What was left of grants that lapsed, on its way back to their programmes */
            lapsed?: {
              /**
               * @description Code of the account in the park's chart
               * @example 2203
               */
              code: string;
              /**
               * @description What each line of the account names
               * @default []
               * @example [
               *       "company",
               *       "job"
               *     ]
               */
              dimensions?: ('company' | 'programme' | 'gpuClass' | 'job')[];
              /**
               * @description Name of the account in the chart
               * @example 预收账款
               */
              name: string;
            };
            /** @description Budgets of programmes that are not granted */
            programme?: {
              /**
               * @description Code of the account in the park's chart
               * @example 2203
               */
              code: string;
              /**
               * @description What each line of the account names
               * @default []
               * @example [
               *       "company",
               *       "job"
               *     ]
               */
              dimensions?: ('company' | 'programme' | 'gpuClass' | 'job')[];
              /**
               * @description Name of the account in the chart
               * @example 预收账款
               */
              name: string;
            };
            /** @description What the cluster earned */
            usage?: {
              /**
               * @description Code of the account in the park's chart
               * @example 2203
               */
              code: string;
              /**
               * @description What each line of the account names
               * @default []
               * @example [
               *       "company",
               *       "job"
               *     ]
               */
              dimensions?: ('company' | 'programme' | 'gpuClass' | 'job')[];
              /**
               * @description Name of the account in the chart
               * @example 预收账款
               */
              name: string;
            };
            /** @description Money of companies that is not used */
            wallet?: {
              /**
               * @description Code of the account in the park's chart
               * @example 2203
               */
              code: string;
              /**
               * @description What each line of the account names
               * @default []
               * @example [
               *       "company",
               *       "job"
               *     ]
               */
              dimensions?: ('company' | 'programme' | 'gpuClass' | 'job')[];
              /**
               * @description Name of the account in the chart
               * @example 预收账款
               */
              name: string;
            };
          };
        };
      };
    };
    responses: {
      /** @description A file; its digest is in the header or the trailer `Content-Digest` */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
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
  'keys.list': {
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
          /**
           * @example {
           *       "keys": [
           *         {
           *           "keyId": "9f86d081884c7d659a2feaa0c55ad015",
           *           "algorithm": "Ed25519",
           *           "publicKey": "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=",
           *           "validFrom": "2026-10-01T00:00:00.000Z",
           *           "retiredAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['PublishedKeys'];
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
  'provenance.entry': {
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "kind": "budget.appropriated",
           *       "effectiveAt": "2026-10-01T00:00:00.000Z",
           *       "recordedAt": "2026-10-01T00:00:00.000Z",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *       "attemptNumber": 1,
           *       "corrects": "entry_0000000000041",
           *       "belongsTo": "2026-10",
           *       "reason": "节点 gpu-node-07 故障",
           *       "postings": [
           *         {
           *           "account": "grant:grant_01m87dd5ep5z67vz613k1z6nkn:available",
           *           "name": "极订科技",
           *           "unit": "CNY",
           *           "amount": 1,
           *           "gpuSeconds": 1,
           *           "listFen": 1
           *         }
           *       ],
           *       "statement": {
           *         "month": "2026-10",
           *         "closedAt": "2026-10-01T00:00:00.000Z",
           *         "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *       },
           *       "correctedBy": [
           *         "entry_0000000000042"
           *       ],
           *       "jobName": "llama-finetune"
           *     }
           */
          'application/json': components['schemas']['LedgerEntry'];
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
  'limits.group': {
    parameters: {
      query?: never;
      header?: {
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        /** @description a DNS label */
        group: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "companies": [
         *         "company_01m87dd5ep5z67vz613k1z6nkn"
         *       ]
         *     }
         */
        'application/json': {
          /** @description none removes the group */
          companies: string[];
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "node": "gpu-node-07",
           *           "kind": "park",
           *           "name": "极订科技",
           *           "parent": "park",
           *           "classes": [
           *             {
           *               "gpuClass": "h800",
           *               "share": 1,
           *               "maxGpus": 1,
           *               "inUse": 1,
           *               "borrowed": 1
           *             }
           *           ]
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['LimitTree'];
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
  'limits.tree': {
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "node": "gpu-node-07",
           *           "kind": "park",
           *           "name": "极订科技",
           *           "parent": "park",
           *           "classes": [
           *             {
           *               "gpuClass": "h800",
           *               "share": 1,
           *               "maxGpus": 1,
           *               "inUse": 1,
           *               "borrowed": 1
           *             }
           *           ]
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['LimitTree'];
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
  'limits.limit': {
    parameters: {
      query?: never;
      header?: {
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        gpuClass: string;
        /** @description `park`, or the name of a group of companies */
        node: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "share": 1,
         *       "maxGpus": 1
         *     }
         */
        'application/json': {
          /** @description the most that it may use at once; null: no limit */
          maxGpus: number | null;
          /** @description what the node gets back from those who borrow; null: no share */
          share: number | null;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "node": "gpu-node-07",
           *           "kind": "park",
           *           "name": "极订科技",
           *           "parent": "park",
           *           "classes": [
           *             {
           *               "gpuClass": "h800",
           *               "share": 1,
           *               "maxGpus": 1,
           *               "inUse": 1,
           *               "borrowed": 1
           *             }
           *           ]
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['LimitTree'];
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "name": "极订科技",
           *           "kind": "cron",
           *           "timing": "0 * * * * *",
           *           "leader": "controller-0/17",
           *           "term": 1,
           *           "leadingSince": "2026-10-01T00:00:00.000Z",
           *           "lastTurnAt": "2026-10-01T00:00:00.000Z",
           *           "lastTurnMilliseconds": 1,
           *           "lastSuccessAt": "2026-10-01T00:00:00.000Z",
           *           "failures": 1,
           *           "lastFailureAt": "2026-10-01T00:00:00.000Z",
           *           "lastFailure": "The database cannot be reached.",
           *           "nextTurnAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ]
           *     }
           */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "name": "极订科技",
           *       "email": "engineer@jiding.example",
           *       "emailProven": true,
           *       "roles": [
           *         "owner"
           *       ],
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "parkRoles": [
           *         "owner"
           *       ],
           *       "companies": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "slug": "jiding",
           *           "name": "极订科技",
           *           "status": "ok",
           *           "role": "owner"
           *         }
           *       ],
           *       "actions": [
           *         "company.read"
           *       ],
           *       "hasTotp": true,
           *       "awaitsSecondFactor": true,
           *       "timeZone": "Asia/Shanghai"
           *     }
           */
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
  'drafts.list': {
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "form": "job",
           *           "updatedAt": "2026-10-01T00:00:00.000Z",
           *           "expiresAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': {
            items: components['schemas']['FormDraftSummary'][];
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
  'drafts.get': {
    parameters: {
      query?: never;
      header?: never;
      path: {
        form: string;
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
          /**
           * @example {
           *       "form": "job",
           *       "updatedAt": "2026-10-01T00:00:00.000Z",
           *       "expiresAt": "2026-10-01T00:00:00.000Z",
           *       "content": {
           *         "text": "kind: Job"
           *       }
           *     }
           */
          'application/json': components['schemas']['FormDraft'];
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
  'drafts.save': {
    parameters: {
      query?: never;
      header?: {
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        form: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "content": {
         *         "text": "kind: Job"
         *       }
         *     }
         */
        'application/json': {
          /**
           * @description What was typed so far, at most 64 KiB; never a password or another secret
           * @example {
           *       "text": "kind: Job"
           *     }
           */
          content: {
            [key: string]: unknown;
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
          /**
           * @example {
           *       "form": "job",
           *       "updatedAt": "2026-10-01T00:00:00.000Z",
           *       "expiresAt": "2026-10-01T00:00:00.000Z",
           *       "content": {
           *         "text": "kind: Job"
           *       }
           *     }
           */
          'application/json': components['schemas']['FormDraft'];
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
  'drafts.remove': {
    parameters: {
      query?: never;
      header?: {
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        form: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description There is no draft of the form */
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
  'invitations.accept': {
    parameters: {
      query?: never;
      header?: {
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "token": "mss_pat_01m87dd5ep5z67vz613k1z6nkn"
         *     }
         */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "topic": "funds-warning",
           *           "at": "2026-10-01T00:00:00.000Z",
           *           "readAt": "2026-10-01T00:00:00.000Z",
           *           "title": {
           *             "zh": "您的作业将在一小时内因额度不足而停止。",
           *             "en": "Your job will be stopped within an hour for lack of funds."
           *           },
           *           "text": {
           *             "zh": "您的作业将在一小时内因额度不足而停止。",
           *             "en": "Your job will be stopped within an hour for lack of funds."
           *           }
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "upTo": "notice_01m87dd5ep5z67vz613k1z6nkn"
         *     }
         */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "present": "granite otter 51 window",
         *       "password": "granite otter 51 window"
         *     }
         */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "current": true,
           *           "method": "password",
           *           "secondFactor": true,
           *           "address": "203.0.113.7",
           *           "userAgent": "mss/0.1.0",
           *           "createdAt": "2026-10-01T00:00:00.000Z",
           *           "lastUsedAt": "2026-10-01T00:00:00.000Z",
           *           "expiresAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ]
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技",
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "scopes": [
           *             "job.read"
           *           ],
           *           "createdAt": "2026-10-01T00:00:00.000Z",
           *           "expiresAt": "2026-10-01T00:00:00.000Z",
           *           "lastUsedAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ]
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "极订科技",
         *       "scopes": [
         *         "company.read"
         *       ],
         *       "expiresAt": "2026-10-01T00:00:00.000Z"
         *     }
         */
        'application/json': {
          /** Format: date-time */
          expiresAt: string;
          name: string;
          scopes: (
            | 'company.read'
            | 'company.manage'
            | 'contact.manage'
            | 'project.read'
            | 'project.manage'
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
            | 'transfer.read'
            | 'catalog.read'
            | 'catalog.manage'
            | 'job.read'
            | 'log.read'
            | 'job.write'
            | 'secret.read'
            | 'secret.write'
            | 'quote.read'
            | 'statement.read'
            | 'month.read'
            | 'statement.close'
            | 'usage.read'
            | 'usage-of-companies.read'
            | 'what-if.read'
            | 'reconciliation.read'
            | 'journal.read'
            | 'incident.manage'
            | 'incident.read'
            | 'cluster.read'
            | 'cluster.manage'
            | 'schedule.read'
            | 'utilisation.read'
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "name": "极订科技",
           *       "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "scopes": [
           *         "job.read"
           *       ],
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "expiresAt": "2026-10-01T00:00:00.000Z",
           *       "lastUsedAt": "2026-10-01T00:00:00.000Z",
           *       "token": "mss_pat_01m87dd5ep5z67vz613k1z6nkn"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
          /**
           * @example {
           *       "secret": "JBSWY3DPEHPK3PXP",
           *       "uri": "otpauth://totp/Speedspace:engineer?secret=JBSWY3DPEHPK3PXP"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "code": "123456"
         *     }
         */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "code": "123456"
         *     }
         */
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
  'months.list': {
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "month": "2026-10",
           *           "state": "running",
           *           "closedAt": "2026-10-01T00:00:00.000Z",
           *           "closing": {
           *             "closedBy": "何佳",
           *             "requestedBy": "陈岚",
           *             "statementCount": 1,
           *             "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *             "keyId": "9f86d081884c7d659a2feaa0c55ad015"
           *           },
           *           "decision": {
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "kind": "grant",
           *             "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *             "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *             "summary": "¥600.00 for 极订科技",
           *             "reason": "节点 gpu-node-07 故障",
           *             "state": "pending",
           *             "proposedBy": {
           *               "id": "01m87dd5ep5z67vz613k1z6nkn",
           *               "name": "极订科技"
           *             },
           *             "proposedAt": "2026-10-01T00:00:00.000Z",
           *             "expiresAt": "2026-10-01T00:00:00.000Z",
           *             "decidedBy": {
           *               "id": "01m87dd5ep5z67vz613k1z6nkn",
           *               "name": "极订科技"
           *             },
           *             "decidedAt": "2026-10-01T00:00:00.000Z",
           *             "comment": "金额合理，同意。"
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Months'];
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
  'months.archive': {
    parameters: {
      query?: {
        /** @description `csv`, `xlsx`, `pdf` and `focus`, separated by commas; `json` is always there */
        formats?: string;
        /** @description The language of `csv`, `xlsx` and `pdf` */
        lang?: 'zh' | 'en';
      };
      header?: never;
      path: {
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A file; its digest is in the header or the trailer `Content-Digest` */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/zip': string;
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
  'months.checklist': {
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
          /**
           * @example {
           *       "month": "2026-10",
           *       "ready": true,
           *       "items": [
           *         {
           *           "item": "month-over",
           *           "state": "met",
           *           "count": 1,
           *           "detail": "All pods ended with exit code 0.",
           *           "remedy": "Close 2026-09 first."
           *         }
           *       ],
           *       "decision": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "kind": "grant",
           *         "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *         "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *         "summary": "¥600.00 for 极订科技",
           *         "reason": "节点 gpu-node-07 故障",
           *         "state": "pending",
           *         "proposedBy": {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技"
           *         },
           *         "proposedAt": "2026-10-01T00:00:00.000Z",
           *         "expiresAt": "2026-10-01T00:00:00.000Z",
           *         "decidedBy": {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技"
           *         },
           *         "decidedAt": "2026-10-01T00:00:00.000Z",
           *         "comment": "金额合理，同意。"
           *       }
           *     }
           */
          'application/json': components['schemas']['ClosingChecklist'];
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
  'months.close': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        month: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "节点 gpu-node-07 故障"
         *     }
         */
        'application/json': {
          /** @description Why; needed where items of the checklist ask for attention */
          reason?: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "month": "2026-10",
           *       "decision": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "kind": "grant",
           *         "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *         "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *         "summary": "¥600.00 for 极订科技",
           *         "reason": "节点 gpu-node-07 故障",
           *         "state": "pending",
           *         "proposedBy": {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技"
           *         },
           *         "proposedAt": "2026-10-01T00:00:00.000Z",
           *         "expiresAt": "2026-10-01T00:00:00.000Z",
           *         "decidedBy": {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技"
           *         },
           *         "decidedAt": "2026-10-01T00:00:00.000Z",
           *         "comment": "金额合理，同意。"
           *       }
           *     }
           */
          'application/json': {
            decision: components['schemas']['Decision'];
            month: string;
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
  'months.reopen': {
    parameters: {
      query?: never;
      header?: {
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
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
  'reconciliation.ofMonth': {
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
          /**
           * @example {
           *       "from": "2026-10-01T00:00:00.000Z",
           *       "until": "2026-10-01T00:00:00.000Z",
           *       "month": "2026-10",
           *       "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "clusterGpuSeconds": 1,
           *       "meteredGpuSeconds": 1,
           *       "refundedGpuSeconds": 1,
           *       "lateGpuSeconds": 1,
           *       "ledgerGpuSeconds": 1,
           *       "statementGpuSeconds": 1,
           *       "comparedJobs": 1,
           *       "frozenMonths": [
           *         "2026-10"
           *       ],
           *       "differences": [
           *         {
           *           "code": "not-metered",
           *           "known": true,
           *           "reason": "节点 gpu-node-07 故障",
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "podUid": "6f2c1f0e-8d0b-4a53-9a4e-2f6f4f9d1c11",
           *           "account": "grant:grant_01m87dd5ep5z67vz613k1z6nkn:available",
           *           "month": "2026-10",
           *           "expected": 1,
           *           "found": 1,
           *           "unit": "GPU_SECONDS"
           *         }
           *       ],
           *       "differenceCount": 1,
           *       "agrees": true,
           *       "lost": [
           *         {
           *           "podUid": "6f2c1f0e-8d0b-4a53-9a4e-2f6f4f9d1c11",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "gpus": 1,
           *           "lastSeenAt": "2026-10-01T00:00:00.000Z",
           *           "noticedGoneAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ],
           *       "reused": [
           *         {
           *           "podUid": "6f2c1f0e-8d0b-4a53-9a4e-2f6f4f9d1c11",
           *           "admissionId": "job_01m87dd5ep5z67vz613k1z6nkn/1",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "knownAdmissionId": "job_01m87dd5ep5z67vz613k1z6nkn/1",
           *           "gpus": 1,
           *           "startedAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ],
           *       "cluster": {
           *         "source": "record",
           *         "pods": 1,
           *         "clusterGpuSeconds": 1,
           *         "meteredGpuSeconds": 1,
           *         "differences": [
           *           {
           *             "podUid": "6f2c1f0e-8d0b-4a53-9a4e-2f6f4f9d1c11",
           *             "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *             "reason": "not-metered",
           *             "clusterGpuSeconds": 1,
           *             "meteredGpuSeconds": 1
           *           }
           *         ],
           *         "agrees": true
           *       },
           *       "jobs": [
           *         {
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "clusterGpuSeconds": 1,
           *           "meteredGpuSeconds": 1,
           *           "refundedGpuSeconds": 1,
           *           "lateGpuSeconds": 1,
           *           "ledgerGpuSeconds": 1,
           *           "statementGpuSeconds": 1,
           *           "ledgerListFen": 1,
           *           "statementListFen": 1,
           *           "ledgerPaidFen": 1,
           *           "statementPaidFen": 1
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Reconciliation'];
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
  'months.record': {
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
          /**
           * @example {
           *       "record": {
           *         "format": "speedspace.io/month-record/v1",
           *         "park": "模速空间",
           *         "month": "2026-10",
           *         "closedAt": "2026-10-01T00:00:00.000Z",
           *         "closedBy": {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技"
           *         },
           *         "requestedBy": {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技"
           *         },
           *         "previous": {
           *           "month": "2026-10",
           *           "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *         },
           *         "auditHead": {
           *           "seq": 1,
           *           "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *         },
           *         "statements": [
           *           {
           *             "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *             "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *           }
           *         ],
           *         "settlements": [
           *           {
           *             "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *             "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *           }
           *         ]
           *       },
           *       "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *       "signature": {
           *         "algorithm": "Ed25519",
           *         "keyId": "9f86d081884c7d659a2feaa0c55ad015",
           *         "publicKey": "h800",
           *         "value": "h800"
           *       }
           *     }
           */
          'application/json': components['schemas']['SignedMonthRecord'];
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
  'months.usage': {
    parameters: {
      query?: {
        format?: 'csv' | 'focus';
        /** @description The language of `csv`, `xlsx` and `pdf` */
        lang?: 'zh' | 'en';
      };
      header?: never;
      path: {
        month: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A file; its digest is in the header or the trailer `Content-Digest` */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "code": "xuhui-2026",
           *           "name": "极订科技",
           *           "funder": "徐汇区科委",
           *           "unit": "CNY",
           *           "coverageBp": 1,
           *           "priority": 1,
           *           "classes": [
           *             "h800"
           *           ],
           *           "monthlyCapPerTenant": 1,
           *           "capPerTenant": 1,
           *           "carryOver": true,
           *           "status": "draft",
           *           "validFrom": "2026-10-01T00:00:00.000Z",
           *           "validUntil": "2026-10-01T00:00:00.000Z",
           *           "applicationFrom": "2026-10-01T00:00:00.000Z",
           *           "applicationUntil": "2026-10-01T00:00:00.000Z",
           *           "requiredAttachments": [
           *             {
           *               "kind": "grant",
           *               "name": "极订科技"
           *             }
           *           ],
           *           "secondApprovalAbove": 1,
           *           "reviewDays": 1,
           *           "decisionDays": 1,
           *           "appropriated": 1,
           *           "unpromised": 1,
           *           "version": 1
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "极订科技",
         *       "funder": "徐汇区科委",
         *       "unit": "CNY",
         *       "coverageBp": 1,
         *       "priority": 1,
         *       "classes": [
         *         "2026-10"
         *       ],
         *       "monthlyCapPerTenant": 1,
         *       "capPerTenant": 1,
         *       "carryOver": false,
         *       "validFrom": "2026-10-01T00:00:00.000Z",
         *       "validUntil": "2026-10-01T00:00:00.000Z",
         *       "applicationFrom": "2026-10-01T00:00:00.000Z",
         *       "applicationUntil": "2026-10-01T00:00:00.000Z",
         *       "requiredAttachments": [
         *         {
         *           "kind": "2026-10",
         *           "name": "极订科技"
         *         }
         *       ],
         *       "secondApprovalAbove": 1,
         *       "reviewDays": 1,
         *       "decisionDays": 1,
         *       "code": "2026-10"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "code": "xuhui-2026",
           *       "name": "极订科技",
           *       "funder": "徐汇区科委",
           *       "unit": "CNY",
           *       "coverageBp": 1,
           *       "priority": 1,
           *       "classes": [
           *         "h800"
           *       ],
           *       "monthlyCapPerTenant": 1,
           *       "capPerTenant": 1,
           *       "carryOver": true,
           *       "status": "draft",
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "applicationFrom": "2026-10-01T00:00:00.000Z",
           *       "applicationUntil": "2026-10-01T00:00:00.000Z",
           *       "requiredAttachments": [
           *         {
           *           "kind": "grant",
           *           "name": "极订科技"
           *         }
           *       ],
           *       "secondApprovalAbove": 1,
           *       "reviewDays": 1,
           *       "decisionDays": 1,
           *       "appropriated": 1,
           *       "unpromised": 1,
           *       "version": 1
           *     }
           */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "code": "xuhui-2026",
           *       "name": "极订科技",
           *       "funder": "徐汇区科委",
           *       "unit": "CNY",
           *       "coverageBp": 1,
           *       "priority": 1,
           *       "classes": [
           *         "h800"
           *       ],
           *       "monthlyCapPerTenant": 1,
           *       "capPerTenant": 1,
           *       "carryOver": true,
           *       "status": "draft",
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "applicationFrom": "2026-10-01T00:00:00.000Z",
           *       "applicationUntil": "2026-10-01T00:00:00.000Z",
           *       "requiredAttachments": [
           *         {
           *           "kind": "grant",
           *           "name": "极订科技"
           *         }
           *       ],
           *       "secondApprovalAbove": 1,
           *       "reviewDays": 1,
           *       "decisionDays": 1,
           *       "appropriated": 1,
           *       "unpromised": 1,
           *       "version": 1
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "极订科技",
         *       "funder": "徐汇区科委",
         *       "unit": "CNY",
         *       "coverageBp": 1,
         *       "priority": 1,
         *       "classes": [
         *         "2026-10"
         *       ],
         *       "monthlyCapPerTenant": 1,
         *       "capPerTenant": 1,
         *       "carryOver": true,
         *       "validFrom": "2026-10-01T00:00:00.000Z",
         *       "validUntil": "2026-10-01T00:00:00.000Z",
         *       "applicationFrom": "2026-10-01T00:00:00.000Z",
         *       "applicationUntil": "2026-10-01T00:00:00.000Z",
         *       "requiredAttachments": [
         *         {
         *           "kind": "2026-10",
         *           "name": "极订科技"
         *         }
         *       ],
         *       "secondApprovalAbove": 1,
         *       "reviewDays": 1,
         *       "decisionDays": 1
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "code": "xuhui-2026",
           *       "name": "极订科技",
           *       "funder": "徐汇区科委",
           *       "unit": "CNY",
           *       "coverageBp": 1,
           *       "priority": 1,
           *       "classes": [
           *         "h800"
           *       ],
           *       "monthlyCapPerTenant": 1,
           *       "capPerTenant": 1,
           *       "carryOver": true,
           *       "status": "draft",
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "applicationFrom": "2026-10-01T00:00:00.000Z",
           *       "applicationUntil": "2026-10-01T00:00:00.000Z",
           *       "requiredAttachments": [
           *         {
           *           "kind": "grant",
           *           "name": "极订科技"
           *         }
           *       ],
           *       "secondApprovalAbove": 1,
           *       "reviewDays": 1,
           *       "decisionDays": 1,
           *       "appropriated": 1,
           *       "unpromised": 1,
           *       "version": 1,
           *       "decision": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "kind": "grant",
           *         "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *         "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *         "summary": "¥600.00 for 极订科技",
           *         "reason": "节点 gpu-node-07 故障",
           *         "state": "pending",
           *         "proposedBy": {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技"
           *         },
           *         "proposedAt": "2026-10-01T00:00:00.000Z",
           *         "expiresAt": "2026-10-01T00:00:00.000Z",
           *         "decidedBy": {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技"
           *         },
           *         "decidedAt": "2026-10-01T00:00:00.000Z",
           *         "comment": "金额合理，同意。"
           *       }
           *     }
           */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "amount": 1,
           *           "at": "2026-10-01T00:00:00.000Z",
           *           "actor": {
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技"
           *           },
           *           "reference": "20261001-0042"
           *         }
           *       ]
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "amount": 1,
         *       "reference": "20261001-0042"
         *     }
         */
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "amount": 1,
           *           "at": "2026-10-01T00:00:00.000Z",
           *           "actor": {
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技"
           *           },
           *           "reference": "20261001-0042"
           *         }
           *       ]
           *     }
           */
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
  'settlements.settlement': {
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
          /**
           * @example {
           *       "status": "open",
           *       "closedAt": "2026-10-01T00:00:00.000Z",
           *       "proof": {
           *         "proof": {
           *           "format": "speedspace.io/document-proof/v1",
           *           "park": "模速空间",
           *           "month": "2026-10",
           *           "closedAt": "2026-10-01T00:00:00.000Z",
           *           "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *           "previous": {
           *             "month": "2026-10",
           *             "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *           },
           *           "monthRecord": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *           "parts": {}
           *         },
           *         "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *         "signature": {
           *           "algorithm": "Ed25519",
           *           "keyId": "9f86d081884c7d659a2feaa0c55ad015",
           *           "publicKey": "h800",
           *           "value": "h800"
           *         }
           *       },
           *       "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
           *       "format": 2,
           *       "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *       "month": "2026-10",
           *       "programme": {
           *         "code": "xuhui-2026",
           *         "name": "极订科技",
           *         "funder": "徐汇区科委",
           *         "formerNames": [
           *           "算力补贴试行"
           *         ],
           *         "documents": [
           *           "徐财〔2026〕7号"
           *         ]
           *       },
           *       "lines": [
           *         {
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "companyName": "极订科技",
           *           "creditCode": "91310104MA1FR0000X",
           *           "formerCompanyNames": [
           *             "极订智能"
           *           ],
           *           "shares": [
           *             {
           *               "source": "grant:grant_01m87dd5ep5z67vz613k1z6nkn",
           *               "unit": "CNY",
           *               "gpuSeconds": 1,
           *               "amount": 1,
           *               "listFen": 1
           *             }
           *           ],
           *           "totals": {
           *             "gpuSeconds": 1,
           *             "listFen": 1,
           *             "subsidyFen": 1,
           *             "selfPaidFen": 1,
           *             "absorbedFen": 1
           *           }
           *         }
           *       ],
           *       "totals": {
           *         "gpuSeconds": 1,
           *         "listFen": 1,
           *         "subsidyFen": 1,
           *         "selfPaidFen": 1,
           *         "absorbedFen": 1
           *       }
           *     }
           */
          'application/json': {
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            closedAt?: string;
            /** @description SHA-256 over the fields of the document in canonical JSON: all but `status`, `closedAt`, `digest` and `proof` */
            digest: string;
            /** @enum {number} */
            format: 2;
            lines: {
              companyName: string;
              creditCode: string;
              /** @description Names that it had in the month and has no more; the last one first */
              formerCompanyNames: string[];
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
            programme: {
              code: string;
              /** @description References of the documents of the funder */
              documents: string[];
              /** @description Names that it had in the month and has no more; the last one first */
              formerNames: string[];
              funder: string;
              name: string;
            };
            programmeId: string;
            /** @description That the document was closed with its month; absent where the month is open, or was closed before months had records */
            proof?: {
              /** @description SHA-256 over `proof` in canonical JSON */
              digest: string;
              proof: {
                /** Format: date-time */
                closedAt: string;
                /** @description Of the document */
                digest: string;
                /** @enum {string} */
                format: 'speedspace.io/document-proof/v1';
                month: string;
                /** @description Digest of the record of the month */
                monthRecord: string;
                park: string;
                /** @description By JSON pointer into the document: the first 64 bits of the SHA-256 of each item of a list, or of the value. They locate a change */
                parts: {
                  [key: string]: string[];
                };
                /** @description The document of the same subject of the month before; null where there is none */
                previous: {
                  digest: string;
                  month: string;
                } | null;
                /** @description Id of the company of a statement, or of the programme of a settlement list */
                subject: string;
              };
              /** @description Over `proof`; absent where the park had no key */
              signature?: {
                /** @enum {string} */
                algorithm: 'Ed25519';
                /** @description The first 128 bits of the SHA-256 of the public key in DER, in hexadecimal */
                keyId: string;
                /**
                 * Format: base64
                 * @description The public key, SubjectPublicKeyInfo in DER, in base64
                 */
                publicKey: string;
                /**
                 * Format: base64
                 * @description Ed25519 over the canonical JSON (RFC 8785) of the signed document, in base64
                 */
                value: string;
              };
            };
            /** @enum {string} */
            status: 'open' | 'closed';
            totals: {
              absorbedFen: number;
              gpuSeconds: number;
              listFen: number;
              selfPaidFen: number;
              subsidyFen: number;
            };
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
  'settlements.settlementFile': {
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
      /** @description A file; its digest is in the header or the trailer `Content-Digest` */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /** @example {"month":"2026-10"} */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "status": "draft"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "code": "xuhui-2026",
           *       "name": "极订科技",
           *       "funder": "徐汇区科委",
           *       "unit": "CNY",
           *       "coverageBp": 1,
           *       "priority": 1,
           *       "classes": [
           *         "h800"
           *       ],
           *       "monthlyCapPerTenant": 1,
           *       "capPerTenant": 1,
           *       "carryOver": true,
           *       "status": "draft",
           *       "validFrom": "2026-10-01T00:00:00.000Z",
           *       "validUntil": "2026-10-01T00:00:00.000Z",
           *       "applicationFrom": "2026-10-01T00:00:00.000Z",
           *       "applicationUntil": "2026-10-01T00:00:00.000Z",
           *       "requiredAttachments": [
           *         {
           *           "kind": "grant",
           *           "name": "极订科技"
           *         }
           *       ],
           *       "secondApprovalAbove": 1,
           *       "reviewDays": 1,
           *       "decisionDays": 1,
           *       "appropriated": 1,
           *       "unpromised": 1,
           *       "version": 1
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "apiVersion": "speedspace.io/v1",
         *       "kind": "Job",
         *       "metadata": {
         *         "name": "llama-finetune"
         *       },
         *       "spec": {
         *         "gpuClass": "h800",
         *         "replicas": 2,
         *         "gpusPerReplica": 8,
         *         "image": "registry.park.example/jiding/train:1.4",
         *         "command": [
         *           "torchrun",
         *           "--nproc-per-node=8",
         *           "train.py"
         *         ],
         *         "env": {
         *           "EPOCHS": "3"
         *         },
         *         "maxRuntime": "12h",
         *         "checkpoint": {
         *           "grace": "2m",
         *           "resume": "auto"
         *         },
         *         "topology": {
         *           "key": "rack",
         *           "mode": "prefer"
         *         },
         *         "selfPay": true
         *       }
         *     }
         */
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
            /** @description Code of a project of the company */
            project?: string;
          };
          spec: {
            after?: {
              job: string;
              /**
               * @default success
               * @enum {string}
               */
              on?: 'success' | 'end';
            }[];
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
            envFrom?: {
              secret: string;
            }[];
            ephemeralStorage?: string;
            files?: {
              mountPath: string;
              secret: string;
            }[];
            gpuClass: string;
            gpusPerReplica: number;
            image: string;
            imagePullSecrets?: string[];
            maxRuntime: string;
            memory?: string;
            /**
             * @default normal
             * @enum {string}
             */
            priority?: 'high' | 'normal' | 'low';
            replicas?: number;
            retries?: number;
            runAs?: {
              group?: number;
              user: number;
            };
            /** @default false */
            selfPay?: boolean;
            shm?: string;
            topology?: {
              /** @description The kind of domain, such as `rack`: one of those by which the park groups its nodes */
              key: string;
              /**
               * @description `require`: all pods on nodes of one domain, or it waits; `prefer`: so where one domain holds them
               * @default prefer
               * @enum {string}
               */
              mode?: 'prefer' | 'require';
            };
            workingDir?: string;
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
          /**
           * @example {
           *       "gpuClass": "h800",
           *       "gpus": 1,
           *       "maxRuntimeSeconds": 1,
           *       "quotedGpuSeconds": 1,
           *       "fenPerGpuHour": 1,
           *       "listFen": 1,
           *       "subsidyFen": 1,
           *       "selfPaidFen": 1,
           *       "uncoveredGpuSeconds": 1,
           *       "shares": [
           *         {
           *           "source": "grant:grant_01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技",
           *           "unit": "CNY",
           *           "coveredGpuSeconds": 1,
           *           "amount": 1,
           *           "left": 1
           *         }
           *       ],
           *       "start": {
           *         "asOf": "2026-10-01T00:00:00.000Z",
           *         "startsNow": true,
           *         "place": 1,
           *         "expectedStart": "2026-10-01T00:00:00.000Z",
           *         "assumption": "Running jobs and the jobs before it use their whole max runtime.",
           *         "reasons": [
           *           {
           *             "code": "xuhui-2026",
           *             "detail": "All pods ended with exit code 0.",
           *             "remedy": "Close 2026-09 first.",
           *             "facts": {}
           *           }
           *         ]
           *       }
           *     }
           */
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
  'reconciliation.reconcile': {
    parameters: {
      query?: {
        /** @description This company only */
        company?: string;
        /** @description First day, instead of a month */
        from?: string;
        /** @description Show the sides of each job, at most 1,000 */
        jobs?: 'true' | 'false';
        /** @description A business month; the present one where no period is given */
        month?: string;
        /** @description Last day, with `from` */
        to?: string;
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
          /**
           * @example {
           *       "from": "2026-10-01T00:00:00.000Z",
           *       "until": "2026-10-01T00:00:00.000Z",
           *       "month": "2026-10",
           *       "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "clusterGpuSeconds": 1,
           *       "meteredGpuSeconds": 1,
           *       "refundedGpuSeconds": 1,
           *       "lateGpuSeconds": 1,
           *       "ledgerGpuSeconds": 1,
           *       "statementGpuSeconds": 1,
           *       "comparedJobs": 1,
           *       "frozenMonths": [
           *         "2026-10"
           *       ],
           *       "differences": [
           *         {
           *           "code": "not-metered",
           *           "known": true,
           *           "reason": "节点 gpu-node-07 故障",
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "podUid": "6f2c1f0e-8d0b-4a53-9a4e-2f6f4f9d1c11",
           *           "account": "grant:grant_01m87dd5ep5z67vz613k1z6nkn:available",
           *           "month": "2026-10",
           *           "expected": 1,
           *           "found": 1,
           *           "unit": "GPU_SECONDS"
           *         }
           *       ],
           *       "differenceCount": 1,
           *       "agrees": true,
           *       "lost": [
           *         {
           *           "podUid": "6f2c1f0e-8d0b-4a53-9a4e-2f6f4f9d1c11",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "gpus": 1,
           *           "lastSeenAt": "2026-10-01T00:00:00.000Z",
           *           "noticedGoneAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ],
           *       "reused": [
           *         {
           *           "podUid": "6f2c1f0e-8d0b-4a53-9a4e-2f6f4f9d1c11",
           *           "admissionId": "job_01m87dd5ep5z67vz613k1z6nkn/1",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "knownAdmissionId": "job_01m87dd5ep5z67vz613k1z6nkn/1",
           *           "gpus": 1,
           *           "startedAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ],
           *       "cluster": {
           *         "source": "record",
           *         "pods": 1,
           *         "clusterGpuSeconds": 1,
           *         "meteredGpuSeconds": 1,
           *         "differences": [
           *           {
           *             "podUid": "6f2c1f0e-8d0b-4a53-9a4e-2f6f4f9d1c11",
           *             "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *             "reason": "not-metered",
           *             "clusterGpuSeconds": 1,
           *             "meteredGpuSeconds": 1
           *           }
           *         ],
           *         "agrees": true
           *       },
           *       "jobs": [
           *         {
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "clusterGpuSeconds": 1,
           *           "meteredGpuSeconds": 1,
           *           "refundedGpuSeconds": 1,
           *           "lateGpuSeconds": 1,
           *           "ledgerGpuSeconds": 1,
           *           "statementGpuSeconds": 1,
           *           "ledgerListFen": 1,
           *           "statementListFen": 1,
           *           "ledgerPaidFen": 1,
           *           "statementPaidFen": 1
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Reconciliation'];
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
  'reconciliation.nightly': {
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
          /**
           * @example {
           *       "runs": [
           *         {
           *           "month": "2026-10",
           *           "at": "2026-10-01T00:00:00.000Z",
           *           "clusterGpuSeconds": 1,
           *           "meteredGpuSeconds": 1,
           *           "refundedGpuSeconds": 1,
           *           "lateGpuSeconds": 1,
           *           "ledgerGpuSeconds": 1,
           *           "statementGpuSeconds": 1,
           *           "comparedJobs": 1,
           *           "differenceCount": 1
           *         }
           *       ],
           *       "openDifferences": 1,
           *       "differences": [
           *         {
           *           "code": "not-metered",
           *           "reason": "节点 gpu-node-07 故障",
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "podUid": "6f2c1f0e-8d0b-4a53-9a4e-2f6f4f9d1c11",
           *           "account": "grant:grant_01m87dd5ep5z67vz613k1z6nkn:available",
           *           "month": "2026-10",
           *           "expected": 1,
           *           "found": 1,
           *           "unit": "GPU_SECONDS",
           *           "firstSeenAt": "2026-10-01T00:00:00.000Z",
           *           "lastSeenAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['NightlyReconciliation'];
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
  'schedule.run': {
    parameters: {
      query?: never;
      header?: {
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "changes": [
         *         {
         *           "kind": "nodes",
         *           "gpuClass": "h800",
         *           "count": 1
         *         }
         *       ],
         *       "hours": 48
         *     }
         */
        'application/json': {
          changes: (
            | {
                /** @description So many more empty nodes like most of the class; below 0: so many fewer, the emptiest */
                count: number;
                gpuClass: string;
                /** @enum {string} */
                kind: 'nodes';
              }
            | {
                gpuClass: string;
                /** @enum {string} */
                kind: 'limit';
                /** @description GPUs at once; null: any number */
                maxGpus: number | null;
                /** @description `park`, the name of a group of companies, or the id of a company */
                owner: string;
              }
            | {
                /** @enum {string} */
                kind: 'open';
                /** @description A closed node, as after its maintenance */
                node: string;
              }
            | {
                /** @enum {string} */
                kind: 'close';
                /** @description A node that takes no further jobs */
                node: string;
              }
          )[];
          /**
           * @description How far ahead the schedule is simulated
           * @default 48
           */
          hours?: number;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "asOf": "2026-10-01T00:00:00.000Z",
           *       "until": "2026-10-01T00:00:00.000Z",
           *       "assumption": "Running jobs and the jobs before it use their whole max runtime.",
           *       "waiting": 1,
           *       "classes": [
           *         {
           *           "gpuClass": "h800",
           *           "waiting": 1,
           *           "before": {
           *             "starts": 1,
           *             "meanWaitSeconds": 1,
           *             "utilisationBp": 1
           *           },
           *           "after": {
           *             "starts": 1,
           *             "meanWaitSeconds": 1,
           *             "utilisationBp": 1
           *           },
           *           "startInBoth": 1
           *         }
           *       ],
           *       "items": [
           *         {
           *           "jobId": "job_01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技",
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "companyName": "极订科技",
           *           "gpuClass": "h800",
           *           "gpus": 1,
           *           "startsBefore": "2026-10-01T00:00:00.000Z",
           *           "startsAfter": "2026-10-01T00:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['ScheduleWhatIf'];
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
  'search.search': {
    parameters: {
      query: {
        /** @description Most results, over all kinds together */
        limit?: number;
        /** @description Part of an id, a name, a credit code, a programme code or an address, in any case; or the beginning of a month, such as `2026-1` or `2026年10月` */
        q: string;
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "kind": "company",
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技",
           *           "detail": "All pods ended with exit code 0.",
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "companyName": "极订科技"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['SearchResults'];
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
  'secrets.list': {
    parameters: {
      query?: {
        /** @description For auditors of the park */
        company?: string;
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "secret_01m87dd5ep5z67vz613k1z6nkn",
           *           "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技",
           *           "kind": "registry",
           *           "keys": [
           *             "WANDB_API_KEY"
           *           ],
           *           "version": 1,
           *           "createdBy": "user_01m87dd5ep5z67vz613k1z6nkn",
           *           "createdAt": "2026-10-01T00:00:00.000Z",
           *           "changedBy": "kubectl-edit",
           *           "changedAt": "2026-10-01T00:00:00.000Z",
           *           "lastUsedAt": "2026-10-01T00:00:00.000Z",
           *           "lastUsedBy": "job_01m87dd5ep5z67vz613k1z6nkn"
           *         }
           *       ]
           *     }
           */
          'application/json': {
            items: components['schemas']['SecretSummary'][];
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
  'secrets.create': {
    parameters: {
      query?: never;
      header?: {
        /** @description Chosen by the client; a repetition with the same key and body gets the first answer, another body 422 */
        'Idempotency-Key'?: string;
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "kind": "registry",
         *       "server": "registry.example.com",
         *       "username": "robot",
         *       "password": "(the password)",
         *       "name": "wandb"
         *     }
         */
        'application/json':
          | {
              /** @enum {string} */
              kind: 'registry';
              /** @example wandb */
              name: string;
              /**
               * @description Password or access token
               * @example (the password)
               */
              password: string;
              /**
               * @description Host of the registry, with its port if it has one
               * @example registry.example.com
               */
              server: string;
              /** @example robot */
              username: string;
            }
          | {
              /** @enum {string} */
              kind: 'environment';
              /** @example wandb */
              name: string;
              /**
               * @description Variables of the pods
               * @example {
               *       "WANDB_API_KEY": "(the key)"
               *     }
               */
              values: {
                [key: string]: string;
              };
            }
          | {
              /**
               * @description Name of each file, and its bytes in Base64
               * @example {
               *       "id_ed25519": "KHRoZSBrZXkp"
               *     }
               */
              files: {
                [key: string]: string;
              };
              /** @enum {string} */
              kind: 'files';
              /** @example wandb */
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
          /**
           * @example {
           *       "id": "secret_01m87dd5ep5z67vz613k1z6nkn",
           *       "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "name": "极订科技",
           *       "kind": "registry",
           *       "keys": [
           *         "WANDB_API_KEY"
           *       ],
           *       "version": 1,
           *       "createdBy": "user_01m87dd5ep5z67vz613k1z6nkn",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "changedBy": "kubectl-edit",
           *       "changedAt": "2026-10-01T00:00:00.000Z",
           *       "lastUsedAt": "2026-10-01T00:00:00.000Z",
           *       "lastUsedBy": "job_01m87dd5ep5z67vz613k1z6nkn",
           *       "usedBy": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技",
           *           "state": "Queued"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Secret'];
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
  'secrets.get': {
    parameters: {
      query?: {
        /** @description For auditors of the park */
        company?: string;
      };
      header?: never;
      path: {
        name: string;
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
          /**
           * @example {
           *       "id": "secret_01m87dd5ep5z67vz613k1z6nkn",
           *       "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "name": "极订科技",
           *       "kind": "registry",
           *       "keys": [
           *         "WANDB_API_KEY"
           *       ],
           *       "version": 1,
           *       "createdBy": "user_01m87dd5ep5z67vz613k1z6nkn",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "changedBy": "kubectl-edit",
           *       "changedAt": "2026-10-01T00:00:00.000Z",
           *       "lastUsedAt": "2026-10-01T00:00:00.000Z",
           *       "lastUsedBy": "job_01m87dd5ep5z67vz613k1z6nkn",
           *       "usedBy": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技",
           *           "state": "Queued"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Secret'];
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
  'secrets.replace': {
    parameters: {
      query?: never;
      header: {
        /** @description ETag of what the change is based on */
        'If-Match': string;
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "kind": "registry",
         *       "server": "registry.example.com",
         *       "username": "robot",
         *       "password": "(the password)"
         *     }
         */
        'application/json':
          | {
              /** @enum {string} */
              kind: 'registry';
              /**
               * @description Password or access token
               * @example (the password)
               */
              password: string;
              /**
               * @description Host of the registry, with its port if it has one
               * @example registry.example.com
               */
              server: string;
              /** @example robot */
              username: string;
            }
          | {
              /** @enum {string} */
              kind: 'environment';
              /**
               * @description Variables of the pods
               * @example {
               *       "WANDB_API_KEY": "(the key)"
               *     }
               */
              values: {
                [key: string]: string;
              };
            }
          | {
              /**
               * @description Name of each file, and its bytes in Base64
               * @example {
               *       "id_ed25519": "KHRoZSBrZXkp"
               *     }
               */
              files: {
                [key: string]: string;
              };
              /** @enum {string} */
              kind: 'files';
            };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "secret_01m87dd5ep5z67vz613k1z6nkn",
           *       "tenantId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *       "name": "极订科技",
           *       "kind": "registry",
           *       "keys": [
           *         "WANDB_API_KEY"
           *       ],
           *       "version": 1,
           *       "createdBy": "user_01m87dd5ep5z67vz613k1z6nkn",
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "changedBy": "kubectl-edit",
           *       "changedAt": "2026-10-01T00:00:00.000Z",
           *       "lastUsedAt": "2026-10-01T00:00:00.000Z",
           *       "lastUsedBy": "job_01m87dd5ep5z67vz613k1z6nkn",
           *       "usedBy": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技",
           *           "state": "Queued"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Secret'];
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
  'secrets.remove': {
    parameters: {
      query?: {
        /** @description Delete it although jobs that have not ended name it: those that have not started will fail */
        evenInUse?: 'true' | 'false';
      };
      header: {
        /** @description ETag of what the change is based on */
        'If-Match': string;
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The secret is deleted */
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
  'setup.read': {
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
          /**
           * @example {
           *       "done": true,
           *       "steps": [
           *         {
           *           "step": "gpu-class",
           *           "done": true
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Setup'];
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
  'transfers.listAll': {
    parameters: {
      query?: {
        company?: string;
        /** @description nextCursor of the page before */
        cursor?: string;
        /** @description Most items on a page */
        limit?: number;
        state?: 'pending' | 'confirmed' | 'rejected';
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "direction": "in",
           *           "state": "pending",
           *           "amountFen": 1,
           *           "reference": "20261001-0042",
           *           "paidOn": "2026-10-01",
           *           "reason": "节点 gpu-node-07 故障",
           *           "decisionId": "decision_01m87dd5ep5z67vz613k1z6nkn",
           *           "recordedBy": {
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技"
           *           },
           *           "recordedAt": "2026-10-01T00:00:00.000Z",
           *           "decidedBy": {
           *             "id": "01m87dd5ep5z67vz613k1z6nkn",
           *             "name": "极订科技"
           *           },
           *           "decidedAt": "2026-10-01T00:00:00.000Z",
           *           "comment": "金额合理，同意。",
           *           "entryId": "entry_01m87dd5ep5z67vz613k1z6nkn",
           *           "reversedFen": 1,
           *           "reversedAt": "2026-10-01T00:00:00.000Z",
           *           "proof": {
           *             "fileName": "计划书.pdf",
           *             "mediaType": "application/pdf",
           *             "sizeBytes": 1,
           *             "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
           *           }
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
          'application/json': {
            items: components['schemas']['BankTransfer'][];
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
  'usage.read': {
    parameters: {
      query?: {
        /** @description Of one company only; a company reads its own */
        company?: string;
        /** @description First month; the present one by default */
        from?: string;
        resolution?: 'day' | 'month';
        /** @description Last month; the present one by default */
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
          /**
           * @example {
           *       "from": "2026-10",
           *       "until": "2026-10",
           *       "totals": {
           *         "gpuSeconds": 1,
           *         "listFen": 1,
           *         "subsidyFen": 1,
           *         "selfPaidFen": 1,
           *         "absorbedFen": 1
           *       },
           *       "programmes": [
           *         {
           *           "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *           "unit": "CNY",
           *           "paid": 1,
           *           "gpuSeconds": 1,
           *           "listFen": 1,
           *           "name": "极订科技",
           *           "funder": "徐汇区科委"
           *         }
           *       ],
           *       "items": [
           *         {
           *           "period": "2026-10-01",
           *           "gpuClass": "h800",
           *           "gpuSeconds": 1,
           *           "listFen": 1,
           *           "subsidyFen": 1,
           *           "selfPaidFen": 1,
           *           "absorbedFen": 1,
           *           "programmes": [
           *             {
           *               "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *               "unit": "CNY",
           *               "paid": 1,
           *               "gpuSeconds": 1,
           *               "listFen": 1
           *             }
           *           ]
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Usage'];
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
  'usage.ofCompanies': {
    parameters: {
      query?: {
        /** @description First month; the present one by default */
        from?: string;
        /** @description Last month; the present one by default */
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
          /**
           * @example {
           *       "from": "2026-10",
           *       "until": "2026-10",
           *       "items": [
           *         {
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "companyName": "极订科技",
           *           "gpuClass": "h800",
           *           "gpuSeconds": 1,
           *           "listFen": 1,
           *           "subsidyFen": 1,
           *           "selfPaidFen": 1,
           *           "absorbedFen": 1
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['UsageOfCompanies'];
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
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "email": "engineer@jiding.example",
           *           "emailProvenBy": "mail",
           *           "name": "极订科技",
           *           "status": "active",
           *           "parkRoles": [
           *             "reviewer"
           *           ],
           *           "hasPassword": true,
           *           "hasTotp": true,
           *           "createdAt": "2026-10-01T00:00:00.000Z"
           *         }
           *       ],
           *       "nextCursor": "MjAyNi0xMA"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "engineer@jiding.example",
         *       "name": "极订科技"
         *     }
         */
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
          /**
           * @example {
           *       "user": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "email": "engineer@jiding.example",
           *         "emailProvenBy": "mail",
           *         "name": "极订科技",
           *         "status": "active",
           *         "parkRoles": [
           *           "reviewer"
           *         ],
           *         "hasPassword": true,
           *         "hasTotp": true,
           *         "createdAt": "2026-10-01T00:00:00.000Z"
           *       },
           *       "mailed": true,
           *       "link": "https://compute.park.example/invitation#mss_inv_01m87dd5ep5z67vz613k1z6nkn"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
          /**
           * @example {
           *       "mailed": true,
           *       "link": "https://compute.park.example/invitation#mss_inv_01m87dd5ep5z67vz613k1z6nkn"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "parkRoles": [
         *         "reviewer"
         *       ]
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "email": "engineer@jiding.example",
           *       "emailProvenBy": "mail",
           *       "name": "极订科技",
           *       "status": "active",
           *       "parkRoles": [
           *         "reviewer"
           *       ],
           *       "hasPassword": true,
           *       "hasTotp": true,
           *       "createdAt": "2026-10-01T00:00:00.000Z",
           *       "decision": {
           *         "id": "01m87dd5ep5z67vz613k1z6nkn",
           *         "kind": "grant",
           *         "subject": "company_01m87dd5ep5z67vz613k1z6nkn",
           *         "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *         "summary": "¥600.00 for 极订科技",
           *         "reason": "节点 gpu-node-07 故障",
           *         "state": "pending",
           *         "proposedBy": {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技"
           *         },
           *         "proposedAt": "2026-10-01T00:00:00.000Z",
           *         "expiresAt": "2026-10-01T00:00:00.000Z",
           *         "decidedBy": {
           *           "id": "01m87dd5ep5z67vz613k1z6nkn",
           *           "name": "极订科技"
           *         },
           *         "decidedAt": "2026-10-01T00:00:00.000Z",
           *         "comment": "金额合理，同意。"
           *       }
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "status": "active"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "email": "engineer@jiding.example",
           *       "emailProvenBy": "mail",
           *       "name": "极订科技",
           *       "status": "active",
           *       "parkRoles": [
           *         "reviewer"
           *       ],
           *       "hasPassword": true,
           *       "hasTotp": true,
           *       "createdAt": "2026-10-01T00:00:00.000Z"
           *     }
           */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
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
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "节点 gpu-node-07 故障"
         *     }
         */
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
          /**
           * @example {
           *       "id": "01m87dd5ep5z67vz613k1z6nkn",
           *       "email": "engineer@jiding.example",
           *       "emailProvenBy": "mail",
           *       "name": "极订科技",
           *       "status": "active",
           *       "parkRoles": [
           *         "reviewer"
           *       ],
           *       "hasPassword": true,
           *       "hasTotp": true,
           *       "createdAt": "2026-10-01T00:00:00.000Z"
           *     }
           */
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
  'utilisation.read': {
    parameters: {
      query?: {
        /** @description Its share only; a company reads its own */
        company?: string;
        from?: string;
        gpuClass?: string;
        /** @description What a point stands for; a sample is taken every five minutes */
        resolution?: 'sample' | 'hour' | 'day' | 'week' | 'month';
        /** @description Now by default */
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
          /**
           * @example {
           *       "from": "2026-10-01T00:00:00.000Z",
           *       "until": "2026-10-01T00:00:00.000Z",
           *       "points": [
           *         {
           *           "at": "2026-10-01T00:00:00.000Z",
           *           "gpuClass": "h800",
           *           "gpus": 1,
           *           "ready": 1,
           *           "allocated": 1,
           *           "queuedJobs": 1,
           *           "queuedGpus": 1,
           *           "longestWaitSeconds": 1,
           *           "mostAllocated": 1,
           *           "mostQueuedGpus": 1
           *         }
           *       ],
           *       "companies": [
           *         {
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "companyName": "极订科技",
           *           "gpuClass": "h800",
           *           "allocated": 1,
           *           "queuedGpus": 1,
           *           "longestWaitSeconds": 1
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Utilisation'];
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
  'whatif.run': {
    parameters: {
      query?: never;
      header?: {
        /** @description The reason for the audit trail, where the body has none: percent-encoded UTF-8, up to 500 characters */
        'X-Reason'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "from": "2026-10",
         *       "until": "2026-10",
         *       "programmes": [
         *         {
         *           "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
         *           "coverageBp": 1,
         *           "monthlyCapPerTenant": 1,
         *           "capPerTenant": 1
         *         }
         *       ],
         *       "gpuClasses": [
         *         {
         *           "gpuClass": "2026-10",
         *           "fenPerGpuHour": 1
         *         }
         *       ]
         *     }
         */
        'application/json': {
          /** @description First month */
          from: string;
          /** @description Other prices, for all usage of these months */
          gpuClasses?: {
            fenPerGpuHour: number;
            gpuClass: string;
          }[];
          /** @description Other terms of programmes; what is left out stays as it is */
          programmes?: {
            /** @description In the unit of the programme; null: no cap */
            capPerTenant?: number | null;
            /** @description The part of the list cost that it pays, in 1/10,000 */
            coverageBp?: number;
            /** @description In the unit of the programme; null: no cap */
            monthlyCapPerTenant?: number | null;
            programmeId: string;
          }[];
          /** @description Last month; at most 12 months in all, closed or open */
          until: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "from": "2026-10",
           *       "until": "2026-10",
           *       "totals": {
           *         "charged": {
           *           "gpuSeconds": 1,
           *           "listFen": 1,
           *           "programmes": [
           *             {
           *               "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *               "unit": "CNY",
           *               "paid": 1,
           *               "listFen": 1
           *             }
           *           ],
           *           "subsidyFen": 1,
           *           "selfPaidFen": 1,
           *           "writtenOffFen": 1,
           *           "unfundedGpuSeconds": 1
           *         },
           *         "before": {
           *           "gpuSeconds": 1,
           *           "listFen": 1,
           *           "programmes": [
           *             {
           *               "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *               "unit": "CNY",
           *               "paid": 1,
           *               "listFen": 1
           *             }
           *           ],
           *           "subsidyFen": 1,
           *           "selfPaidFen": 1,
           *           "writtenOffFen": 1,
           *           "unfundedGpuSeconds": 1
           *         },
           *         "after": {
           *           "gpuSeconds": 1,
           *           "listFen": 1,
           *           "programmes": [
           *             {
           *               "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *               "unit": "CNY",
           *               "paid": 1,
           *               "listFen": 1
           *             }
           *           ],
           *           "subsidyFen": 1,
           *           "selfPaidFen": 1,
           *           "writtenOffFen": 1,
           *           "unfundedGpuSeconds": 1
           *         },
           *         "difference": {
           *           "gpuSeconds": 1,
           *           "listFen": 1,
           *           "programmes": [
           *             {
           *               "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *               "unit": "CNY",
           *               "paid": 1,
           *               "listFen": 1
           *             }
           *           ],
           *           "subsidyFen": 1,
           *           "selfPaidFen": 1,
           *           "writtenOffFen": 1,
           *           "unfundedGpuSeconds": 1
           *         },
           *         "exact": true,
           *         "disagreementFen": 1
           *       },
           *       "programmes": [
           *         {
           *           "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *           "code": "xuhui-2026",
           *           "name": "极订科技",
           *           "funder": "徐汇区科委"
           *         }
           *       ],
           *       "companies": [
           *         {
           *           "companyId": "company_01m87dd5ep5z67vz613k1z6nkn",
           *           "companyName": "极订科技",
           *           "charged": {
           *             "gpuSeconds": 1,
           *             "listFen": 1,
           *             "programmes": [
           *               {
           *                 "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *                 "unit": "CNY",
           *                 "paid": 1,
           *                 "listFen": 1
           *               }
           *             ],
           *             "subsidyFen": 1,
           *             "selfPaidFen": 1,
           *             "writtenOffFen": 1,
           *             "unfundedGpuSeconds": 1
           *           },
           *           "before": {
           *             "gpuSeconds": 1,
           *             "listFen": 1,
           *             "programmes": [
           *               {
           *                 "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *                 "unit": "CNY",
           *                 "paid": 1,
           *                 "listFen": 1
           *               }
           *             ],
           *             "subsidyFen": 1,
           *             "selfPaidFen": 1,
           *             "writtenOffFen": 1,
           *             "unfundedGpuSeconds": 1
           *           },
           *           "after": {
           *             "gpuSeconds": 1,
           *             "listFen": 1,
           *             "programmes": [
           *               {
           *                 "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *                 "unit": "CNY",
           *                 "paid": 1,
           *                 "listFen": 1
           *               }
           *             ],
           *             "subsidyFen": 1,
           *             "selfPaidFen": 1,
           *             "writtenOffFen": 1,
           *             "unfundedGpuSeconds": 1
           *           },
           *           "difference": {
           *             "gpuSeconds": 1,
           *             "listFen": 1,
           *             "programmes": [
           *               {
           *                 "programmeId": "programme_01m87dd5ep5z67vz613k1z6nkn",
           *                 "unit": "CNY",
           *                 "paid": 1,
           *                 "listFen": 1
           *               }
           *             ],
           *             "subsidyFen": 1,
           *             "selfPaidFen": 1,
           *             "writtenOffFen": 1,
           *             "unfundedGpuSeconds": 1
           *           },
           *           "exact": true,
           *           "disagreementFen": 1
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['WhatIf'];
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
