//! Many short lists one after the other, so that looking one up touches little memory.

/// Lists by number.
#[derive(Debug, Clone)]
pub(super) struct Lists<T> {
    /// Where each list begins, and where the last one ends.
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self {
            starts: vec![0],
            items: Vec::new(),
        }
    }
}

impl<T> Lists<T> {
    /// The list of a number; empty where there is none.
    pub(super) fn of(&self, number: u32) -> &[T] {
        let at = number as usize;
        let bounds = self.starts.get(at).zip(self.starts.get(at + 1));
        let range = bounds.map(|(start, end)| *start as usize..*end as usize);
        range
            .and_then(|range| self.items.get(range))
            .unwrap_or_default()
    }

    /// How many lists there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Adds a list: what is pushed to the end of what is given.
    pub(super) fn append(&mut self, fill: impl FnOnce(&mut Vec<T>)) {
        fill(&mut self.items);
        self.starts.push(self.items.len() as u32);
    }

    /// Forgets all lists.
    pub(super) fn clear(&mut self) {
        self.starts.truncate(1);
        self.items.clear();
    }
}

impl<T> FromIterator<Vec<T>> for Lists<T> {
    fn from_iter<I: IntoIterator<Item = Vec<T>>>(lists: I) -> Self {
        let mut all = Self::default();
        for list in lists {
            all.append(|items| items.extend(list));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_its_own() {
        let lists: Lists<u8> = [vec![1, 2], vec![], vec![3]].into_iter().collect();
        assert_eq!(lists.len(), 3);
        assert_eq!((lists.of(0), lists.of(1)), (&[1, 2][..], &[][..]));
        assert_eq!((lists.of(2), lists.of(3)), (&[3][..], &[][..]));
        assert!(Lists::<u8>::default().of(0).is_empty());
    }
}
