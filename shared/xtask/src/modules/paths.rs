use crate::tokens::Token;

/// The tokens of a block, from its opening brace to the closing one.
pub(super) fn block(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// The words of a path, as far as it is one.
pub(super) fn path(tokens: &[Token<'_>]) -> Vec<String> {
    let mut path = Vec::new();
    for pair in tokens.chunks(2) {
        let Some(word) = pair.first().filter(|token| token.is_word()) else { break };
        path.push(word.text.to_owned());
        if pair.get(1).is_none_or(|token| token.text != "::") {
            break;
        }
    }
    path
}

/// The paths that a `use` names, up to its semicolon.
pub(super) fn imported(tokens: &[Token<'_>]) -> (Vec<Vec<String>>, usize) {
    let end = tokens.iter().position(|token| token.text == ";").unwrap_or(tokens.len());
    let mut paths = Vec::new();
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    let mut current: Vec<String> = Vec::new();
    let mut alias = false;
    for token in &tokens[..end] {
        match token.text {
            "{" => open.push(std::mem::take(&mut current)),
            "," | "}" => {
                paths.extend(whole(&open, &mut current));
                alias = false;
                if token.text == "}" {
                    open.pop();
                }
            }
            "as" => alias = true,
            word if token.is_word() && !alias => current.push(word.to_owned()),
            _ => {}
        }
    }
    paths.extend(whole(&open, &mut current));
    (paths, end)
}

fn whole(open: &[Vec<String>], current: &mut Vec<String>) -> Option<Vec<String>> {
    let current = std::mem::take(current);
    (!current.is_empty()).then(|| open.iter().flatten().cloned().chain(current).collect())
}
