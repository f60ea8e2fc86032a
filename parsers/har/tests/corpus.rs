//! Real archives that are not part of the project: no entry may be lost.
//!
//! Entries are read a second time by a reader of JSON that knows nothing of archives. Without the
//! files the test says so and passes.

use std::path::Path;

use joinscope_har::{read, sniff};
use joinscope_http::{Limit, Point};
use serde_json::Value;

#[test]
fn no_entry_is_lost() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/har");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: {} is absent", folder.display());
        return;
    };
    for entry in entries {
        let path = entry.expect("a listed file").path();
        if path.extension().is_some_and(|ending| ending == "har") {
            check(&path);
        }
    }
}

fn check(path: &Path) {
    let bytes = std::fs::read(path).expect("the listed file can be read");
    assert!(sniff(&bytes));
    let plain: Value = serde_json::from_slice(&bytes).expect("the file is sound");
    let plain = plain["log"]["entries"].as_array().expect("entries");
    let mut found = Vec::new();
    let archive = read(&bytes, &mut |exchange| found.push(exchange));
    assert_eq!(archive.damage, [], "{}", path.display());
    assert_eq!(found.len(), plain.len(), "{}", path.display());
    let limit = Limit {
        bytes: 64 << 20,
        ratio: 200,
    };
    for (exchange, plain) in found.iter().zip(plain) {
        assert_eq!(exchange.damage, []);
        let (request, response) = (&plain["request"], &plain["response"]);
        assert_eq!(plain_text(&request["url"]), exchange.request.url);
        assert_eq!(plain_text(&request["method"]), exchange.request.method);
        let headers = request["headers"].as_array().map_or(0, Vec::len);
        assert_eq!(headers, exchange.request.headers.0.len());
        assert!(exchange.timers.at(Point::RequestBegun).is_some());
        assert!(exchange.timers.at(Point::ResponseDone).is_some());
        let Some(answer) = &exchange.response else {
            assert_eq!(response["status"].as_f64(), Some(0.0));
            continue;
        };
        assert_eq!(response["status"].as_f64(), Some(f64::from(answer.status)));
        let headers = response["headers"].as_array().map_or(0, Vec::len);
        assert_eq!(headers, answer.headers.0.len());
        assert_eq!(answer.body.decoded(limit).damage, []);
        if response["content"]["encoding"].is_null() {
            assert_eq!(
                plain_text(&response["content"]["text"]),
                answer.body.text(limit).text
            );
        }
    }
}

fn plain_text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
