//! Writes a zip of evidence whose every text wants to become markup or script, to the path given as
//! the first argument. A page that shows any of it as anything but text sets `fired` in its window.

use std::error::Error;
use std::path::PathBuf;

use samples::planted::Planting;
use samples::scenario;

/// Each is planted in a bundle of its own.
const TEXTS: &[&str] = &[
    "<script>window.fired='script'</script>",
    "</script><script>window.fired='closed'</script><!--",
    "\"><img src=x onerror=\"window.fired='image'\">",
    "' onfocus='window.fired=1' autofocus tabindex='1",
    "javascript:window.fired='address'",
    "data:text/html,<script>parent.fired='data'</script>",
    "{{ 7 * 7 }}{% include 'x' %}${window.fired='template'}<%= fired %>#{fired}",
    "<svg/onload=window.fired='svg'><style>*{display:none}</style><base href=//192.0.2.1/>",
    "<iframe srcdoc=\"<script>parent.fired='frame'</script>\"></iframe><meta http-equiv=refresh content=0>",
    "\u{2028}window.fired='line'\u{2029}//",
    "]]>--!><![CDATA[<script>window.fired='cdata'</script>",
    "\u{202e}tpircs\u{202c}\u{2066}\u{200f}\u{feff} __proto__ constructor",
    "&lt;script&gt;window.fired='entity'&lt;/script&gt;\\u003cscript\\u003e",
];

fn main() -> Result<(), Box<dyn Error>> {
    let out = std::env::args().nth(1);
    let out = PathBuf::from(out.ok_or("usage: write_hostile <file>")?);
    let mut files = Vec::new();
    for (number, text) in (1..).zip(TEXTS) {
        // Names of folders are texts of the evidence, too; a slash would part them.
        let folder = format!("{number} {}", text.replace(['/', '\\'], "|"));
        let planted = Planting::of(text).files()?;
        files.extend(
            planted
                .into_iter()
                .map(|(name, bytes)| (format!("{folder}/{name}"), bytes)),
        );
    }
    std::fs::write(out, scenario::pack(&files))?;
    Ok(())
}
