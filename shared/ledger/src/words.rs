/// The words by which a text is found, each once: those that names are compared by.
pub(crate) fn distinct_words(text: &str) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for word in nerve_matching::normal::words(text) {
        if !distinct.contains(&word) {
            distinct.push(word);
        }
    }
    distinct
}
