//! A map that remembers what was used lately, and not more of it than it may.

use std::collections::HashMap;
use std::hash::Hash;

/// What was used lately, in two generations: what is used moves into the young one, and when that is
/// full the old one is forgotten. So each use costs the same, however much is remembered, and the
/// half that was used last is always known.
#[derive(Debug)]
pub struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    max: usize,
}

impl<K: Hash + Eq, V> Recent<K, V> {
    /// Remembers `max` values at most.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            max,
        }
    }

    /// What is remembered under a key.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        if let Some((key, value)) = self.old.remove_entry(key) {
            self.insert(key, value);
        }
        self.young.get_mut(key)
    }

    /// Remembers a value, in place of an earlier one.
    pub fn insert(&mut self, key: K, value: V) {
        let half = self.max / 2;
        if self.young.len() >= half && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        if half > 0 {
            self.old.remove(&key);
            self.young.insert(key, value);
        }
    }

    /// Forgets what is remembered under a key.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let young = self.young.remove(key);
        young.or_else(|| self.old.remove(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_grows_beyond_its_limit_and_keeps_what_is_used() {
        let mut recent = Recent::new(10);
        recent.insert(0, 0);
        for key in 1..100 {
            recent.insert(key, key);
            assert!(recent.young.len() + recent.old.len() <= 10);
            assert_eq!(recent.get_mut(&0), Some(&mut 0), "{key}");
            assert_eq!(recent.get_mut(&key), Some(&mut key.clone()));
        }
        assert_eq!(recent.get_mut(&50), None);
        assert_eq!(recent.remove(&99), Some(99));
        assert_eq!(recent.remove(&99), None);
    }

    #[test]
    fn a_new_value_takes_the_place_of_the_old_one() {
        let mut recent = Recent::new(4);
        for value in 0..10 {
            recent.insert(1, value);
            recent.insert(value + 10, value);
            assert_eq!(recent.get_mut(&1), Some(&mut value.clone()));
        }
    }

    #[test]
    fn one_that_may_remember_nothing_does_not() {
        let mut none = Recent::new(0);
        none.insert(1, 1);
        assert_eq!(none.get_mut(&1), None);
    }
}
