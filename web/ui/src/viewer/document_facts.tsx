// What a mail or an electronic invoice says of itself, above its text.
import type { ComponentChildren } from "preact";
import type { Attachment, Invoice, Mail } from "../api/types.ts";
import { Facts } from "../components/facts.tsx";
import { formatAmount, formatDate, formatTime } from "../text/format.ts";
import { t } from "../text/messages.ts";

type FactList = [string, ComponentChildren][];

// A document, or what lies in an inbox.
export interface FileFacts {
  mail?: Mail;
  invoice?: Invoice;
  attachments?: Attachment[];
}

function mailFacts(mail: Mail): FactList {
  const words = t().document;
  return [
    [words.sender, mail.from],
    [words.recipients, mail.to.join(", ")],
    [words.copy, mail.cc.join(", ")],
    [t().column.date, mail.sent_at && formatTime(mail.sent_at)],
    [t().column.subject, mail.subject],
  ];
}

export function invoiceFacts(invoice: Invoice): FactList {
  const words = t().invoice;
  const { kind, amount, currency } = invoice;
  const sum = amount && currency && formatAmount(amount, currency);
  return [
    [words.numbers[kind], invoice.number],
    [words.seller, invoice.seller],
    [words.buyer, invoice.buyer],
    [words.issued, formatDate(invoice.issued_on)],
    [words.due, formatDate(invoice.due_on)],
    [words.amounts[kind], sum && <strong key="sum">{sum}</strong>],
  ];
}

export const hasFacts = (document: FileFacts): boolean => !!(document.mail ?? document.invoice);

export function DocumentFacts({ document }: { document: FileFacts }) {
  if (!hasFacts(document)) return null;
  return (
    <Facts
      facts={[
        ...(document.mail ? mailFacts(document.mail) : []),
        ...(document.invoice ? invoiceFacts(document.invoice) : []),
        [t().document.attachments, document.attachments?.map((each) => each.name).join(", ")],
      ]}
    />
  );
}
