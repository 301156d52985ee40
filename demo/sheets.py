"""Which fields the demo fills, per object, in the order in which its rows give them.

The order of the objects is that of the files they come from; rows refer to one another freely.
"""

from collections.abc import Mapping

_STAMP = ("createdBy", "createdAt", "updatedAt", "version")
_OWNED = ("owner", *_STAMP)
_LINE = ("product", "price", "salePrice", "quantity", "unit", "discount", "subtotal", *_STAMP)

FIELDS: Mapping[str, tuple[str, ...]] = {
    "department": ("id", "name", "parent", "leader", "createdAt", "updatedAt", "version"),
    "user": ("id", "name", "mobile", "email", "gender", "position", "department", "superior",
             "status", "activatedAt", "createdAt", "updatedAt", "version"),
    "userRole": ("user", "role", "createdAt"),
    "productCategory": ("id", "name", "parent", *_STAMP),
    "product": ("id", "name", "code", "category", "unit", "price", "costPrice", "onSale", *_OWNED),
    "campaign": ("id", "name", "type", "status", "startsOn", "endsOn", "budget", "cost",
                 "expectedIncome", "actualIncome", *_OWNED),
    "phrase": ("user", "text", "sequence", *_STAMP),
    "lead": ("id", "name", "source", "mobile", "telephone", "email", "industry", "level",
             "nextContactAt", "remark", "convertedAt", "customer", *_OWNED),
    "customer": ("id", "name", "source", "mobile", "telephone", "website", "email", "industry",
                 "level", "nextContactAt", "remark", "region", "dealStatus", "dealtAt",
                 "primaryContact", "locked", *_OWNED, "lastFollowUpAt", "lastFollowUpText"),
    "contact": ("id", "name", "customer", "mobile", "email", "position", "decisionMaker",
                "gender", *_OWNED),
    "customerAddress": ("customer", "kind", "region", *_STAMP),
    "invoiceTitle": ("customer", "titleType", "title", "taxNumber", "bank", "bankAccount", *_STAMP),
    "expense": ("customer", "type", "amount", "spentOn", "spender", *_STAMP),
    "opportunity": ("id", "name", "customer", "amount", "expectedCloseOn", "outcome",
                    "outcomeReason", "primaryContact", *_OWNED),
    "opportunityLine": ("opportunity", *_LINE),
    "opportunityContact": ("opportunity", "contact", *_STAMP),
    "contract": ("id", "number", "name", "customer", "opportunity", "amount", "signedOn",
                 "startsOn", "endsOn", "customerSigner", "companySigner", "type",
                 "approvalStatus", "received", "outstanding", *_OWNED),
    "contractLine": ("contract", *_LINE),
    "paymentPlan": ("id", "customer", "contract", "sequence", "amount", "dueOn", "remindDays",
                    "method", "status", "received", "outstanding", *_OWNED),
    "payment": ("id", "number", "customer", "contract", "plan", "paidOn", "amount", "method",
                "approvalStatus", *_OWNED),
    "invoice": ("id", "number", "customer", "contract", "contractAmount", "amount", "type",
                "issuedOn", "invoiceNumber", "status", "titleType", "title", "taxNumber",
                "telephone", "approvalStatus", *_OWNED),
    "visit": ("id", "number", "customer", "contact", "contract", "visitor", "visitedAt", "form",
              "satisfaction", "feedback", *_OWNED),
    "followUp": ("record", "type", "text", "nextContactAt", "contact", "author", *_STAMP),
    "teamMember": ("record", "user", "access", "until", *_STAMP),
    "follower": ("record", "user", *_STAMP),
    "operationLog": ("record", "action", "actor", "at", "changes"),
}  # fmt: skip
