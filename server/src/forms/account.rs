//! What the forms of the account's page and of the operator's page ask of the API.

use axum::http::Method;
use serde_json::json;

use super::calls::Call;
use super::{Fields, json as fields_json};

const ACCOUNT: &str = "/account";

fn put(call: Call) -> Call {
    Call {
        method: Method::PUT,
        ..call
    }
}

pub fn password(fields: &Fields) -> Call {
    let body = fields_json(fields, ["password", "new_password"]);
    put(Call::post(
        "/me/password",
        body,
        ACCOUNT,
        "/account?done=password",
    ))
}

pub fn begin_second_factor(fields: &Fields) -> Call {
    let body = fields_json(fields, ["password"]);
    Call::post("/me/second-factor", body, ACCOUNT, "/account#second-factor")
}

pub fn confirm_second_factor(fields: &Fields) -> Call {
    let body = fields_json(fields, ["code"]);
    Call {
        shows_answer: true,
        ..put(Call::post("/me/second-factor", body, ACCOUNT, ACCOUNT))
    }
}

pub fn remove_second_factor(fields: &Fields) -> Call {
    let body = fields_json(fields, ["password", "code"]);
    let next = "/account?done=second-factor-off";
    Call::post("/me/second-factor/removal", body, ACCOUNT, next)
}

pub fn delete_account(fields: &Fields) -> Call {
    let body = fields_json(fields, ["password", "code"]);
    Call::post(
        "/me/deletion",
        body,
        ACCOUNT,
        "/account/forgotten?done=deleted",
    )
}

pub fn email(fields: &Fields) -> Call {
    let body = fields_json(fields, ["email", "password"]);
    Call::post("/me/email", body, ACCOUNT, "/account?done=mail")
}

pub fn verify_email(_: &Fields) -> Call {
    Call::post(
        "/me/email/verification",
        json!({}),
        ACCOUNT,
        "/account?done=mail",
    )
}

pub fn forgotten(fields: &Fields) -> Call {
    let page = "/account/forgotten";
    let body = fields_json(fields, ["email"]);
    Call::post(
        "/auth/forgotten",
        body,
        page,
        "/account/forgotten?done=mail",
    )
}

pub fn reset(fields: &Fields) -> Call {
    let page = "/account/reset";
    let body = fields_json(fields, ["token", "new_password"]);
    Call::post("/auth/reset", body, page, "/account/reset?done=reset")
}

pub fn confirm(fields: &Fields) -> Call {
    let page = "/account/confirm";
    let body = fields_json(fields, ["token"]);
    Call::post(
        "/auth/confirm",
        body,
        page,
        "/account/confirm?done=confirmed",
    )
}

pub fn operator(fields: &Fields) -> Call {
    let body = fields_json(fields, ["action", "id"]);
    Call::post("/operator", body, "/operator", "/operator")
}
