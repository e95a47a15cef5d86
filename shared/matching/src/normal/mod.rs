//! Normal forms: different spellings of one value become equal or similar text.

mod date;
mod fold;
mod made_up;
mod mail;
mod name;
mod postal;
mod sound;
mod table;

pub use date::day_number;
pub use fold::{fold, words};
pub use made_up::is_made_up;
pub use mail::{Mailbox, is_free_mail, mailbox};
pub use name::{PersonOrCompany, first_of_nickname, name, nicknames};
pub use postal::{PostalAddress, address, postcode, street};
pub use sound::sound;
