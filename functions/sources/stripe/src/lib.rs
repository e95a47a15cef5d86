//! Stripe: verifies and normalizes its webhooks.

mod invoice;
mod notification;
mod party;
mod payment;
mod stripe;
mod wire;

#[cfg(test)]
mod tests;

pub use stripe::Stripe;
