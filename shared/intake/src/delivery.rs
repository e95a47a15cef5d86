use nerve_model::Timestamp;

/// Request headers. Names compare without case (RFC 9110).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The value of the first header of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// All headers, in order of arrival.
    pub fn iter(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.iter()
    }

    /// The named headers that are present, to be stored beside the body.
    pub fn select(&self, names: &[&str]) -> Vec<(String, String)> {
        let wanted = |key: &str| names.iter().any(|name| key.eq_ignore_ascii_case(name));
        self.0.iter().filter(|(key, _)| wanted(key)).cloned().collect()
    }
}

impl FromIterator<(String, String)> for Headers {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// The method of a mail that the platform's mail routing hands over: no request has it. Its sender and recipient on the
/// way (RFC 5321) are headers: `envelope-from` and `envelope-to`.
pub const MAIL: &str = "MAIL";

/// One webhook request, read completely and not parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The HTTP method, in upper case.
    pub method: String,
    /// The full URL as the vendor called it.
    pub url: String,
    /// The request headers.
    pub headers: Headers,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// The arrival time.
    pub received_at: Timestamp,
}
