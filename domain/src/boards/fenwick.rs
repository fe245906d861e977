//! A Fenwick tree: prefix sums over `n` blocks in O(log n).

/// Sizes of blocks, with their prefix sums.
#[derive(Debug, Clone, Default)]
pub(super) struct Fenwick {
    /// At `i` (from 1), the sum of the sizes of the last `k` blocks up to `i`, with `k` the lowest
    /// set bit of `i`.
    tree: Vec<usize>,
}

impl Fenwick {
    /// Builds the tree of these sizes.
    pub(super) fn of(sizes: impl ExactSizeIterator<Item = usize>) -> Self {
        let mut tree = vec![0; sizes.len().saturating_add(1)];
        for (place, size) in sizes.enumerate() {
            let node = place.saturating_add(1);
            let sum = slot(&mut tree, node).map_or(size, |value| {
                *value = value.saturating_add(size);
                *value
            });
            if let Some(parent) = slot(&mut tree, node.saturating_add(lowest_bit(node))) {
                *parent = parent.saturating_add(sum);
            }
        }
        Self { tree }
    }

    /// Elements in the blocks before this one.
    pub(super) fn before(&self, place: usize) -> usize {
        let mut node = place;
        let mut sum: usize = 0;
        while node > 0 {
            sum = sum.saturating_add(self.tree.get(node).copied().unwrap_or(0));
            node = node.saturating_sub(lowest_bit(node));
        }
        sum
    }

    /// Adds one element to a block.
    pub(super) fn grow(&mut self, place: usize) {
        self.each_above(place, |value| *value = value.saturating_add(1));
    }

    /// Removes one element from a block.
    pub(super) fn shrink(&mut self, place: usize) {
        self.each_above(place, |value| *value = value.saturating_sub(1));
    }

    /// The block that holds the element at this index, and the number of elements before that
    /// block.
    pub(super) fn find(&self, index: usize) -> (usize, usize) {
        let mut node: usize = 0;
        let mut sum: usize = 0;
        let mut step = largest_power_of_two(self.tree.len());
        while step > 0 {
            let next = node.saturating_add(step);
            if let Some(value) = self.tree.get(next)
                && sum.saturating_add(*value) <= index
            {
                node = next;
                sum = sum.saturating_add(*value);
            }
            step /= 2;
        }
        (node, sum)
    }

    fn each_above(&mut self, place: usize, change: impl Fn(&mut usize)) {
        let mut node = place.saturating_add(1);
        while let Some(value) = slot(&mut self.tree, node) {
            change(value);
            node = node.saturating_add(lowest_bit(node));
        }
    }
}

fn slot(tree: &mut [usize], node: usize) -> Option<&mut usize> {
    tree.get_mut(node)
}

fn lowest_bit(node: usize) -> usize {
    node & node.wrapping_neg()
}

fn largest_power_of_two(until: usize) -> usize {
    until.checked_ilog2().map_or(0, |bits| 1_usize << bits)
}
