//! Answers in words.

use nerve_intake::reading::Loose;
use serde::Deserialize;
use serde_json::Number;

/// One answer. Its type names the field that holds it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    #[serde(rename = "type")]
    answer_type: Loose<String>,
    pub(crate) field: Loose<Field>,
    text: Loose<String>,
    email: Loose<String>,
    phone_number: Loose<String>,
    date: Loose<String>,
    url: Loose<String>,
    file_url: Loose<String>,
    number: Loose<Number>,
    boolean: Loose<bool>,
    choice: Loose<Choice>,
    choices: Loose<Choices>,
    payment: Loose<Payment>,
}

/// The question of an answer, or its definition.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Field {
    pub(crate) id: Loose<String>,
    pub(crate) title: Loose<String>,
    #[serde(rename = "type")]
    pub(crate) field_type: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    label: Loose<String>,
    /// The free text beside the choices.
    other: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choices {
    labels: Loose<Vec<Loose<String>>>,
    other: Loose<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Payment {
    /// As text, without currency.
    amount: Loose<String>,
    success: Loose<bool>,
}

impl Given {
    /// The answer in words; several choices are separated by commas. `None` for an unknown type.
    pub(crate) fn shown(&self) -> Option<String> {
        match self.answer_type.0.as_deref()? {
            "text" => self.text.0.clone(),
            "email" => self.email.0.clone(),
            "phone_number" => self.phone_number.0.clone(),
            "date" => self.date.0.clone(),
            "url" => self.url.0.clone(),
            "file_url" => self.file_url.0.clone(),
            "number" => self.number.0.as_ref().map(Number::to_string),
            "boolean" => self.boolean.0.map(|yes| if yes { "yes" } else { "no" }.to_owned()),
            "choice" => self.choice.0.as_ref().and_then(|choice| choice.label.0.clone().or(choice.other.0.clone())),
            "choices" => self.choices.0.as_ref().map(Choices::shown),
            "payment" => self.payment.0.as_ref().and_then(Payment::shown),
            _ => None,
        }
    }

    /// The text of an answer to a question for a mail address.
    pub(crate) fn email(&self) -> Option<&str> {
        self.email.0.as_deref().filter(|_| self.is("email"))
    }

    /// The text of an answer to a question for a telephone number.
    pub(crate) fn phone(&self) -> Option<&str> {
        self.phone_number.0.as_deref().filter(|_| self.is("phone_number"))
    }

    fn is(&self, answer_type: &str) -> bool {
        self.answer_type.0.as_deref() == Some(answer_type)
    }
}

impl Choices {
    fn shown(&self) -> String {
        let labels = self.labels.items().chain(&self.other.0);
        labels.map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

impl Payment {
    fn shown(&self) -> Option<String> {
        let amount = self.amount.0.clone()?;
        Some(if self.success.0 == Some(false) { amount + " (failed)" } else { amount })
    }
}
