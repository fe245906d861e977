//! Ratios have the same bits on every platform.

use domain::statistics::{alpha, annual_return, cumulative_return, power, volatility};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

const RETURNS: [f64; 10] = [
    0.01, 0.02, 0.03, -0.4, -0.06, -0.02, 0.015, 0.0, 0.07, -0.01,
];
const BENCHMARK: [f64; 10] = [
    0.02, 0.02, 0.03, -0.35, -0.05, -0.01, 0.01, 0.002, 0.05, -0.005,
];

#[test]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn ratios_have_the_same_bits_natively_and_in_wasm() {
    let found = [
        Some(cumulative_return(&RETURNS)),
        annual_return(&RETURNS, 252.0),
        volatility(&RETURNS, 252.0),
        alpha(&RETURNS, &BENCHMARK, 0.0001, 252.0),
        power(1.1, 0.690_410_958_904_109_6),
        power(1e-300, 0.1),
    ];
    let expected = [
        -0.369_407_262_846_673_47_f64,
        -0.999_991_011_775_644_4,
        2.108_134_246_199_705_7,
        -0.422_021_628_086_722_83,
        1.068_016_502_963_92,
        1.000_000_000_000_004e-30,
    ];
    assert_eq!(
        found.map(|ratio| ratio.map(f64::to_bits)),
        expected.map(|ratio| Some(ratio.to_bits()))
    );
}
