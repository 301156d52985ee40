"""The CRM that ships, as one value: every object, satellite and role.

The objects are declared in the modules beside; a company gets a copy and may change it.
"""

from metadata.model import Standard
from metadata.standard.campaign import CAMPAIGN
from metadata.standard.catalogue import CONTRACT_LINE, OPPORTUNITY_LINE, PRODUCT_CATEGORY
from metadata.standard.collaboration import declare_collaboration
from metadata.standard.contact import CONTACT
from metadata.standard.contract import CONTRACT
from metadata.standard.customer import CUSTOMER
from metadata.standard.customer_details import CUSTOMER_ADDRESS, EXPENSE, INVOICE_TITLE
from metadata.standard.invoice import INVOICE
from metadata.standard.lead import LEAD
from metadata.standard.opportunity import OPPORTUNITY
from metadata.standard.payment import PAYMENT
from metadata.standard.payment_plan import PAYMENT_PLAN
from metadata.standard.people import (
    DEPARTMENT,
    FIELD_ACCESS,
    ROLE,
    ROLE_PERMISSION,
    USER,
    USER_ROLE,
)
from metadata.standard.product import PRODUCT
from metadata.standard.roles import ROLES
from metadata.standard.visit import VISIT

RELEASE = "0.2.0"
_RECORDS = (
    LEAD,
    CUSTOMER,
    CONTACT,
    OPPORTUNITY,
    CONTRACT,
    PAYMENT,
    PAYMENT_PLAN,
    INVOICE,
    VISIT,
    PRODUCT,
    CAMPAIGN,
)
STANDARD = Standard(
    release=RELEASE,
    objects=(
        *_RECORDS,
        PRODUCT_CATEGORY,
        OPPORTUNITY_LINE,
        CONTRACT_LINE,
        CUSTOMER_ADDRESS,
        EXPENSE,
        INVOICE_TITLE,
        *declare_collaboration(_RECORDS),
        USER,
        DEPARTMENT,
        ROLE,
        USER_ROLE,
        ROLE_PERMISSION,
        FIELD_ACCESS,
    ),
    roles=ROLES,
)
