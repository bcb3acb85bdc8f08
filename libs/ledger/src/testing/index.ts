export { ledgerFaults } from './ledger-faults.ts';
