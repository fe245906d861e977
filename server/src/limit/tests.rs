//! Limits on how often.

use futures_util::FutureExt as _;

use super::*;

#[test]
fn after_the_burst_one_has_to_wait() {
    let config = LimitConfig {
        requests_per_minute: 60,
        request_burst: 3,
        ..Default::default()
    };
    let limits = Limits::new(&config, None);
    let remaining: Vec<_> = (0..3)
        .map(|_| limits.check_player(PlayerId(1)).unwrap().remaining)
        .collect();
    assert_eq!(remaining, [2, 1, 0]);
    let refused = limits.check_player(PlayerId(1)).unwrap_err();
    assert_eq!(refused.answer().code, ErrorCode::RateLimited);
    assert_eq!(refused.answer().retry_after_seconds, Some(1));
    assert!(limits.check_player(PlayerId(2)).is_ok());
}

#[test]
fn an_address_that_many_share_may_do_twenty_times_as_much() {
    let config = LimitConfig {
        logins_per_minute_per_address: 2,
        requests_per_minute_per_address: 10,
        shared_addresses: vec!["192.0.2.0/24".parse().unwrap()],
        ..Default::default()
    };
    let limits = Limits::new(&config, None);
    let count = |check: &dyn Fn(IpAddr) -> Result<()>, address: &str| {
        let address = address.parse().unwrap();
        (0..1_000).take_while(|_| check(address).is_ok()).count()
    };
    let logins = |address| {
        let counted = limits.check_login_from(Some(address)).now_or_never();
        counted.expect("without Redis nothing has to be waited for")
    };
    assert_eq!(count(&logins, "198.51.100.1"), 2);
    assert_eq!(count(&logins, "192.0.2.1"), 40);
    let total = |address| limits.check_total(address);
    assert_eq!(count(&total, "198.51.100.1"), 2);
    assert_eq!(count(&total, "192.0.2.1"), 40);
}

#[tokio::test]
async fn guesses_from_elsewhere_do_not_count_against_a_known_device() {
    let config = LimitConfig {
        logins_per_minute_per_identity: 1,
        ..Default::default()
    };
    let limits = Limits::new(&config, None);
    let player = PlayerId(1);
    assert!(limits.check_login_as(LoginAs::Player(player)).await.is_ok());
    assert!(
        limits
            .check_login_as(LoginAs::Player(player))
            .await
            .is_err()
    );
    let known = LoginAs::KnownDevice(player, 7);
    assert!(limits.check_login_as(known).await.is_ok());
    assert!(limits.check_login_as(known).await.is_err());
    assert!(limits.check_login_as(LoginAs::Nobody("1")).await.is_ok());
}
