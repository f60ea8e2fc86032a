//! Generated recordings of long texts with tokens in them.

use samples::http::Message;
use samples::jwt::Jwt;
use samples::saz::{Saz, SazSession};

use super::archive::{SECOND, START, page};

/// Answers of a sign-in service of this length, that hold a token each eight KiB.
pub(crate) fn tokens(answers: u64, length: usize) -> Vec<u8> {
    let mut saz = Saz::new().stored();
    for number in 0..answers {
        let mut body = String::new();
        let mut part: u32 = 0;
        while body.len() < length {
            body.push_str(&String::from_utf8_lossy(&page(part.into(), 8 << 10)));
            let token = Jwt::new()
                .claim("aud", "urn:ms-drs:enterpriseregistration.windows.net")
                .iat(1_773_050_400)
                .exp(1_773_054_000 + i64::from(part));
            body.push_str(&token.to_text());
            part += 1;
        }
        let url = "https://login.microsoftonline.com/common/reprocess";
        let request = Message::request("GET", url).field("Host", "login.microsoftonline.com");
        let answer = Message::response(200, "OK")
            .field("Content-Type", "text/html")
            .body(body.as_bytes());
        let session = SazSession::new(&request.to_bytes())
            .answered(&answer.to_bytes())
            .at(START + number * SECOND, SECOND);
        saz = saz.session(session);
    }
    saz.to_bytes()
}
