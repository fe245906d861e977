//! The log's tree: the vectors of Certificate Transparency, and proofs for every tree up to a size. The same
//! natively and in WebAssembly.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test may stop at what cannot happen"
)]

use std::collections::HashMap;

use domain::Hash;
use domain::proof::{
    Growth, NodeId, Span, consistency_spans, inclusion_spans, leaf_hash, span_hash,
    verify_consistency, verify_inclusion,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The leaves of the test vectors of Certificate Transparency.
fn leaves() -> Vec<Vec<u8>> {
    let texts = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    let bytes = |text: &str| text.as_bytes().chunks(2).map(byte).collect();
    texts.into_iter().map(bytes).collect()
}

const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// A log of leaves whose content is their place, and its stored nodes.
fn grown(size: u64) -> (Growth, HashMap<NodeId, Hash>, Vec<Hash>) {
    let mut growth = Growth::default();
    let mut roots = vec![growth.root()];
    for leaf in 0..size {
        growth.append(leaf_hash(&leaf.to_be_bytes()));
        roots.push(growth.root());
    }
    let nodes = growth.new_nodes().iter().copied().collect();
    (growth, nodes, roots)
}

fn hashes(spans: &[Span], nodes: &HashMap<NodeId, Hash>) -> Vec<Hash> {
    let hash = |span: &Span| span_hash(*span, |id| nodes.get(&id).copied()).unwrap();
    spans.iter().map(hash).collect()
}

#[test]
fn roots_are_those_of_certificate_transparency() {
    let mut growth = Growth::default();
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(hex::encode(growth.root()), empty);
    for (leaf, root) in leaves().iter().zip(ROOTS) {
        growth.append(leaf_hash(leaf));
        assert_eq!(hex::encode(growth.root()), root, "{} leaves", growth.size());
    }
}

#[test]
fn a_log_that_is_read_again_grows_as_before() {
    let (whole, nodes, _) = grown(40);
    for size in 0..40 {
        let mut growth = Growth::from_stored(size, |id| nodes.get(&id).copied()).unwrap();
        for leaf in size..40 {
            assert_eq!(growth.append(leaf_hash(&leaf.to_be_bytes())), leaf);
        }
        assert_eq!(growth.root(), whole.root());
    }
    assert_eq!(Growth::from_stored(5, |_| None), None);
}

#[test]
fn every_leaf_is_proved_and_no_other() {
    let (_, nodes, roots) = grown(33);
    for (size, root) in (0..).zip(&roots) {
        for leaf in 0..size {
            let mut proof = hashes(&inclusion_spans(leaf, size).unwrap(), &nodes);
            let hash = leaf_hash(&leaf.to_be_bytes());
            assert!(verify_inclusion(leaf, hash, size, &proof, root));
            let other = leaf_hash(b"another");
            assert!(!verify_inclusion(leaf, other, size, &proof, root));
            assert!(!verify_inclusion(leaf + 1, hash, size, &proof, root));
            proof.push(other);
            assert!(!verify_inclusion(leaf, hash, size, &proof, root));
        }
        assert_eq!(inclusion_spans(size, size), None);
    }
}

#[test]
fn every_later_log_is_proved_to_begin_with_every_earlier_one() {
    let (_, nodes, roots) = grown(33);
    for to in 1..=33_u64 {
        for from in 1..=to {
            let mut proof = hashes(&consistency_spans(from, to).unwrap(), &nodes);
            let root = |size: u64| &roots[usize::try_from(size).unwrap()];
            let holds = |proof: &[Hash], before: &Hash| {
                verify_consistency((from, before), (to, root(to)), proof)
            };
            assert!(holds(&proof, root(from)), "{from} of {to}");
            assert!(
                !holds(&proof, &leaf_hash(b"another past")),
                "{from} of {to}"
            );
            if let Some(first) = proof.first_mut() {
                first[0] ^= 1;
                assert!(!holds(&proof, root(from)), "{from} of {to}");
            }
        }
    }
    assert_eq!(consistency_spans(0, 3), None);
    assert_eq!(consistency_spans(4, 3), None);
}

#[test]
fn a_log_whose_past_was_changed_has_no_proof_for_a_saved_checkpoint() {
    let (_, _, roots) = grown(20);
    // The same log, in which the third leaf says something else and all is computed anew.
    let mut lying = Growth::default();
    for leaf in 0..30_u64 {
        let said = if leaf == 2 { 99 } else { leaf };
        lying.append(leaf_hash(&said.to_be_bytes()));
    }
    let nodes: HashMap<NodeId, Hash> = lying.new_nodes().iter().copied().collect();
    let proof = hashes(&consistency_spans(20, 30).unwrap(), &nodes);
    let saved = (20, &roots[20]);
    assert!(!verify_consistency(saved, (30, &lying.root()), &proof));
}
