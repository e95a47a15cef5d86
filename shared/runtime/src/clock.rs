use nerve_model::Timestamp;
use nerve_ports::Entropy;

/// The platform's clock. It stands still while code runs and advances with I/O.
pub fn now() -> Timestamp {
    Timestamp::from_millis(i64::try_from(worker::Date::now().as_millis()).unwrap_or(i64::MAX))
}

/// The platform's cryptographic randomness.
#[derive(Debug, Clone, Copy)]
pub struct Randomness;

impl Entropy for Randomness {
    fn random(&self) -> u128 {
        let mut bytes = [0; 16];
        // Web Crypto has no way to fail for 16 bytes; should it, the clock at least keeps ids apart, and an id or
        // salt that did collide is refused by the database.
        if getrandom::fill(&mut bytes).is_err() {
            bytes = i128::from(now().as_millis()).to_be_bytes();
        }
        u128::from_be_bytes(bytes)
    }
}
