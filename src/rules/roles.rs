//! Which parts of a rule name which of its selections.

use super::rule::{Rule, roles_in};

impl Rule {
    /// For each role, whether the match, its sentences or what rules it out names it.
    pub(super) fn roles_of_match(&self) -> Vec<bool> {
        let mut used = self.asked();
        let mut mark = |role: usize| {
            if let Some(used) = used.get_mut(role) {
                *used = true;
            }
        };
        if let Some(gap) = &self.gap {
            roles_in(&gap.over, &mut mark);
        }
        for absent in &self.absent {
            mark(absent.select);
        }
        let conditions = self.conditions.iter().map(|(expr, _)| expr);
        for expr in conditions.chain(self.weights.iter().map(|(expr, _)| expr)) {
            roles_in(expr, &mut mark);
        }
        let ruled_out = self.ruled_out.as_ref();
        if let Some(role) = ruled_out.and_then(|by| by.select) {
            mark(role);
        }
        if let Some(expr) = ruled_out.and_then(|by| by.when.as_ref()) {
            roles_in(expr, &mut mark);
        }
        let sentences = [Some(&self.explain), self.why.as_ref(), Some(&self.key)];
        let because = ruled_out.map(|by| &by.because);
        for template in sentences.into_iter().chain([because]).flatten() {
            template.visit(&mut |expr| roles_in(expr, &mut mark));
        }
        used
    }

    /// For each role, whether only the question of what is missing names it: no match rests on it.
    pub(super) fn roles_aside(&self) -> Vec<bool> {
        let of_match = self.roles_of_match();
        let mut aside = vec![false; self.roles.len()];
        let considered = self.considered.as_ref().and_then(|it| it.when.as_ref());
        let unless = self.requires.iter().filter_map(|it| it.unless.as_ref());
        for expr in considered.into_iter().chain(unless) {
            roles_in(expr, &mut |role| {
                if let (Some(aside), Some(false)) = (aside.get_mut(role), of_match.get(role)) {
                    *aside = true;
                }
            });
        }
        aside
    }
}
