//! Addresses of programs and services that send on what others wrote.

use nerve_intake::reading::plain_local;

/// Local parts, of letters and digits alone, from which programs send what visitors of a page wrote.
const PROGRAMS: [&str; 34] = [
    "alert",
    "alerts",
    "apache",
    "automail",
    "bot",
    "cgi",
    "contactform",
    "form",
    "formmail",
    "formmailer",
    "forms",
    "formsubmission",
    "formsubmissions",
    "formular",
    "httpd",
    "kontaktformular",
    "leads",
    "mailbot",
    "mailer",
    "mailform",
    "nginx",
    "nobody",
    "notification",
    "notifications",
    "notify",
    "root",
    "server",
    "submissions",
    "system",
    "webform",
    "webforms",
    "website",
    "wordpress",
    "wwwdata",
];

/// Domains of services that send on what visitors of a page wrote, or what happened there.
const SERVICES: [&str; 60] = [
    "123formbuilder.com",
    "123formbuilder.io",
    "123contactform.com",
    "aidaform.com",
    "airtable.com",
    "basin.email",
    "carrd.co",
    "cognitoforms.com",
    "cognito.email",
    "duda.co",
    "elementor.com",
    "emailmeform.com",
    "fillout.com",
    "form.io",
    "formaloo.com",
    "formassembly.com",
    "formbackend.com",
    "formbold.com",
    "formcarry.com",
    "formcrafts.com",
    "formkeep.com",
    "formsite.com",
    "formspark.io",
    "formspree.io",
    "formstack.com",
    "formsubmit.co",
    "framer.com",
    "getform.com",
    "getform.io",
    "getresponse.com",
    "godaddy.com",
    "heyflow.app",
    "heyflow.com",
    "hubspot.com",
    "hubspotemail.net",
    "jimdo.com",
    "jotform.com",
    "leadpages.net",
    "netlify.com",
    "ninjaforms.com",
    "onepage.io",
    "paperform.co",
    "shopify.com",
    "shopifyemail.com",
    "squarespace.com",
    "squarespace.info",
    "staticforms.xyz",
    "tally.so",
    "typeform.com",
    "unbounce.com",
    "usebasin.com",
    "web3forms.com",
    "webflow.com",
    "weebly.com",
    "wix.com",
    "wix-forms.com",
    "wixforms.com",
    "wordpress.com",
    "wpforms.com",
    "wufoo.com",
];

/// True if a program or a service sends from this address what somebody else wrote. People may have such an address
/// too, so this alone does not tell that nobody reads there.
pub(crate) fn is_program(address: &str) -> bool {
    let domain = domain(address);
    let under =
        |service: &&str| domain.strip_suffix(*service).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    PROGRAMS.contains(&plain_local(address).as_str()) || SERVICES.iter().any(under)
}

/// The domain in lower case.
pub(crate) fn domain(address: &str) -> String {
    address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nerve_intake::reading::is_nobody;

    #[test]
    fn programs_and_services_are_no_customers() {
        for (address, nobody, program) in [
            ("noreply@web-forms.example", true, false),
            ("No-Reply+tag@shop.example", true, false),
            ("do_not_reply@shop.example", true, false),
            ("forms-receipts-noreply@google.com", true, false),
            ("messages-noreply@linkedin.com", true, false),
            ("nicht.antworten@shop.example", true, false),
            ("wordpress@ours.example", false, true),
            ("www-data@host.example", false, true),
            ("submissions@formspree.io", false, true),
            ("ada@notifications.wix.com", false, true),
            ("ada@notwix.com", false, false),
            ("ada@example.com", false, false),
            ("info@example.com", false, false),
            ("norman.reply@example.com", false, false),
        ] {
            assert_eq!((is_nobody(address), is_program(address)), (nobody, program), "{address}");
        }
    }
}
