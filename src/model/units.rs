//! Numbers and spans as people read them: the one place for units.

use super::ClockLine;

/// A span with the unit that fits it: `12 ms`, `27.0 s`, `10 m 09 s`, `2 h 05 m`, `3 d 4 h`.
pub fn duration(seconds: f64) -> String {
    let sign = if seconds < 0.0 { "-" } else { "" };
    let span = seconds.abs();
    let whole = span.round();
    let part = |unit: f64| (whole / unit).floor();
    if span < 0.9995 {
        format!("{sign}{:.0} ms", span * 1000.0)
    } else if span < 99.95 {
        format!("{sign}{span:.1} s")
    } else if whole < 3600.0 {
        format!("{sign}{:.0} m {:02.0} s", part(60.0), whole % 60.0)
    } else if whole < 86_400.0 {
        format!("{sign}{:.0} h {:02.0} m", part(3600.0), part(60.0) % 60.0)
    } else {
        format!("{sign}{:.0} d {:.0} h", part(86_400.0), part(3600.0) % 24.0)
    }
}

/// A count with thousands separated by commas.
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A clock's offset and uncertainty where something vouches for them, and what they rest on.
pub fn clock(clock: &ClockLine) -> String {
    match (clock.offset_ms, clock.uncertainty_ms) {
        (Some(offset), Some(uncertainty)) => {
            format!("{offset:+.0} ms ± {uncertainty:.0} ms ({})", clock.basis)
        }
        (Some(offset), None) => format!("{offset:+.0} ms ({})", clock.basis),
        (None, _) => clock.basis.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_the_unit_that_fits() {
        for (seconds, expected) in [
            (0.0, "0 ms"),
            (0.0124, "12 ms"),
            (0.9999, "1.0 s"),
            (26.96, "27.0 s"),
            (99.97, "1 m 40 s"),
            (609.4, "10 m 09 s"),
            (7500.0, "2 h 05 m"),
            (273_600.0, "3 d 4 h"),
            (-1.5, "-1.5 s"),
        ] {
            assert_eq!(duration(seconds), expected);
        }
    }

    #[test]
    fn counts_are_grouped_by_thousands() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
