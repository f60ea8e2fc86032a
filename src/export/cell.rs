//! Cells of comma-separated values: the one place where they are made safe (RFC 4180).

use std::io::{self, Write};

use super::clean;

/// Writes a row of cells.
pub(super) fn row(out: &mut dyn Write, cells: &[impl AsRef<str>]) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|text| cell(text.as_ref())).collect();
    write!(out, "{}\r\n", cells.join(","))
}

/// A cell: on one line, without what steers a terminal or an editor, quoted where needed, and never
/// one that a spreadsheet would run as a formula.
///
/// Blanks before the sign do not keep some spreadsheets from it, so what stands behind them counts.
fn cell(text: &str) -> String {
    let text = clean(text);
    let begins = text.trim_start();
    let is_formula = begins.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        // What stands for nothing is nothing to run.
        && !begins.chars().all(|letter| matches!(letter, '-' | ':'));
    let text = if is_formula { format!("'{text}") } else { text };
    if text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let check = |text: &str, expected: &str| assert_eq!(cell(text), expected, "{text:?}");
        check("a", "a");
        check("a,\"b\"", "\"a,\"\"b\"\"\"");
        check("=cmd()", "'=cmd()");
        check("-1+2", "'-1+2");
        check("+1", "'+1");
        check("@sum", "'@sum");
        check("\t=cmd()", "' =cmd()");
        check("＝cmd()", "'＝cmd()");
        check("-", "-");
        check("--:--:--", "--:--:--");
        check("=a,b", "\"'=a,b\"");
        check("line\nline", "line line");
        check("nul\0 and \u{202e}bidi", "nul\u{fffd} and \u{fffd}bidi");
        check("</script>", "</script>");
    }
}
