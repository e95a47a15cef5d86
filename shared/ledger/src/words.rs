/// The distinct words of a text in the normal form of names, by which searches find it.
pub(crate) fn distinct_words(text: &str) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for word in nerve_matching::normal::words(text) {
        if !distinct.contains(&word) {
            distinct.push(word);
        }
    }
    distinct
}
