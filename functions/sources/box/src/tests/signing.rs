//! The proof of Box's deliveries.

use crate::BoxCom;
use nerve_signatures::{TimeFormat, box_com};
use nerve_testkit::sources::{Keys, Vendor};

pub(crate) const BOX: Vendor<BoxCom> = Vendor::new(Keys::timed(box_com::TOLERANCE, |secret, delivery, at| {
    let time = TimeFormat::Rfc3339.write(at);
    vec![
        ("box-signature-primary", box_com::sign(secret, &delivery.body, &time)),
        ("box-signature-version", "1".to_owned()),
        ("box-signature-algorithm", "HmacSHA256".to_owned()),
        ("box-delivery-timestamp", time),
    ]
}));
