//! Where bounds of an offset meet (Marzullo's algorithm).

/// What an answer says of the offset: it lies between these, in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) low: i64,
    pub(super) high: i64,
}

/// The part of the axis that most bounds have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meeting {
    pub(super) low: i64,
    pub(super) high: i64,
    /// How many of them meet there.
    pub(super) agreeing: usize,
}

impl Meeting {
    /// The middle.
    pub(super) fn offset(self) -> i64 {
        self.low + (self.high - self.low) / 2
    }

    /// Half the width.
    pub(super) fn uncertainty(self) -> i64 {
        (self.high - self.low) / 2
    }
}

/// Where most bounds meet, the lowest of equals; `None` where they leave a side open.
pub(super) fn meeting(bounds: &[Bound]) -> Option<Meeting> {
    // Beginnings before ends at the same place: bounds that only touch do meet.
    let mut edges: Vec<(i64, bool)> = bounds
        .iter()
        .filter(|bound| bound.low <= bound.high)
        .flat_map(|bound| [(bound.low, false), (bound.high, true)])
        .collect();
    edges.sort_unstable();
    let (mut open, mut best, mut from) = (0_usize, 0, None);
    let mut found = None;
    for (place, ends) in edges {
        if ends {
            if let Some(low) = from.take().filter(|_| open == best) {
                found = Some(Meeting {
                    low,
                    high: place,
                    agreeing: best,
                });
            }
            open -= 1;
        } else {
            open += 1;
            if open > best {
                (best, from) = (open, Some(place));
            }
        }
    }
    // Widths beyond all times are no places.
    found.filter(|found| found.high.checked_sub(found.low).is_some() && found.high != i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_meet_where_most_of_them_do() {
        let check = |bounds: &[(i64, i64)], expected: Option<(i64, i64, usize)>| {
            let bounds: Vec<Bound> = bounds
                .iter()
                .map(|(low, high)| Bound {
                    low: *low,
                    high: *high,
                })
                .collect();
            let found = meeting(&bounds).map(|found| (found.low, found.high, found.agreeing));
            assert_eq!(found, expected, "{bounds:?}");
        };
        check(&[], None);
        check(&[(10, 30)], Some((10, 30, 1)));
        check(&[(10, 30), (20, 40)], Some((20, 30, 2)));
        check(&[(10, 30), (30, 40)], Some((30, 30, 2)));
        // One that is far from the others does not count.
        check(&[(10, 30), (20, 40), (90, 91)], Some((20, 30, 2)));
        // Nobody agrees with anybody.
        check(&[(10, 20), (50, 60)], Some((10, 20, 1)));
        // Open to one side.
        check(&[(10, i64::MAX)], None);
        check(&[(10, i64::MAX), (0, 30)], Some((10, 30, 2)));
        check(&[(i64::MIN, 30)], None);
        // A bound that contradicts itself says nothing.
        check(&[(30, 10)], None);
    }
}
