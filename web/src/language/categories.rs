//! The kinds of companies in the language of the page. A catalogue names them in English.

#[cfg(feature = "ssr")]
use domain::advice::Aim;

use super::Texts;

impl Texts {
    /// The name of a category. One that is not of the catalogue that comes with the game stays as it is.
    #[must_use]
    pub fn category(self, english: String) -> String {
        let known = match english.as_str() {
            "Bonds" => self.category_bonds(),
            "Cash" => self.category_cash(),
            "Communication" => self.category_communication(),
            "Energy" => self.category_energy(),
            "Entertainment" => self.category_entertainment(),
            "Finance" => self.category_finance(),
            "Food" => self.category_food(),
            "Funds" => self.category_funds(),
            "Health" => self.category_health(),
            "Home" => self.category_home(),
            "Industry" => self.category_industry(),
            "Materials" => self.category_materials(),
            "Shops" => self.category_shops(),
            "Technology" => self.category_technology(),
            "Travel" => self.category_travel(),
            _ => return english,
        };
        known.to_owned()
    }

    /// What a share of the money is in.
    #[cfg(feature = "ssr")]
    pub(crate) fn aim(self, aim: Option<&Aim>) -> String {
        match aim {
            None => self.targets_cash().to_owned(),
            Some(Aim::Instrument(symbol)) => symbol.to_string(),
            Some(Aim::Category(category)) => self.category(category.clone()),
            Some(Aim::Currency(currency)) => currency.to_string(),
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::super::Language;
    use super::*;

    const GERMAN: Texts = Texts {
        language: Language::German,
        currency: domain::Currency::DOLLAR,
    };

    #[test]
    fn every_category_of_the_catalogue_is_translated() {
        let catalogue = include_str!("../../../domain/data/instruments.json");
        let catalogue: serde_json::Value = serde_json::from_str(catalogue).unwrap();
        let rows = catalogue.as_array().unwrap();
        let categories = rows.iter().filter_map(|row| row["category"].as_str());
        for category in categories {
            assert_ne!(GERMAN.category(category.to_owned()), category);
            assert_eq!(Texts::default().category(category.to_owned()), category);
        }
        assert_eq!(GERMAN.category("Llamas".into()), "Llamas");
    }

    #[test]
    fn an_aim_is_a_symbol_or_a_category_or_cash() {
        let food = Aim::Category("Food".into());
        assert_eq!(GERMAN.aim(Some(&food)), "Essen");
        assert_eq!(GERMAN.aim(None), "Bargeld");
    }
}
