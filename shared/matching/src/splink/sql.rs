//! The part of SQL that conditions of comparison levels use.

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Or(Vec<Expression>),
    And(Vec<Expression>),
    /// Two terms and the operator between them: `=`, `>=`, `<=`.
    Compare(Term, String, Term),
    IsNull(Term),
    Else,
}

/// A term of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    Number(f64),
    Text(String),
    /// A column of the left (`_l`) or the right record (`_r`), without that mark.
    Left(String),
    Right(String),
    Call(String, Vec<Term>),
    Difference(Box<Term>, Box<Term>),
}

/// The deepest nesting that is parsed.
const MAX_DEPTH: usize = 16;

/// Parses a condition; `None` if it uses anything else.
pub(super) fn parse(sql: &str) -> Option<Expression> {
    let mut parser = Parser { tokens: tokens(sql)?, at: 0, depth: 0 };
    let expression = parser.or()?;
    (parser.at == parser.tokens.len()).then_some(expression)
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A word, in lower case.
    Word(String),
    /// A quoted name.
    Name(String),
    Text(String),
    Number(f64),
    Symbol(String),
}

fn tokens(sql: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '"' | '`' => quoted(rest, first).map(|(name, length)| (Token::Name(name), length))?,
            '\'' => quoted(rest, first).map(|(text, length)| (Token::Text(text), length))?,
            c if c.is_ascii_digit() => {
                let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
                (Token::Number(rest.get(..length)?.parse().ok()?), length)
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                (Token::Word(rest.get(..length)?.to_lowercase()), length)
            }
            _ => symbol(rest)?,
        };
        tokens.push(token);
        rest = rest.get(length..)?.trim_start();
    }
    Some(tokens)
}

fn quoted(text: &str, mark: char) -> Option<(String, usize)> {
    let inner = text.get(1..)?;
    let end = inner.find(mark)?;
    Some((inner.get(..end)?.to_owned(), end + 2))
}

fn symbol(text: &str) -> Option<(Token, usize)> {
    let symbol = ["<=", ">=", "(", ")", ",", "=", "-"].into_iter().find(|symbol| text.starts_with(symbol))?;
    Some((Token::Symbol(symbol.to_owned()), symbol.len()))
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn or(&mut self) -> Option<Expression> {
        let parts = self.joined("or", Self::and)?;
        Some(single(parts, Expression::Or))
    }

    fn and(&mut self) -> Option<Expression> {
        let parts = self.joined("and", Self::primary)?;
        Some(single(parts, Expression::And))
    }

    fn joined(&mut self, word: &str, part: impl Fn(&mut Self) -> Option<Expression>) -> Option<Vec<Expression>> {
        let mut parts = vec![part(self)?];
        while self.takes_word(word) {
            parts.push(part(self)?);
        }
        Some(parts)
    }

    fn primary(&mut self) -> Option<Expression> {
        if self.takes_word("else") {
            return Some(Expression::Else);
        }
        if self.takes("(") {
            self.deeper()?;
            let inner = self.or()?;
            self.depth -= 1;
            return self.takes(")").then_some(inner);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Option<Expression> {
        let left = self.term()?;
        if self.takes_word("is") {
            return self.takes_word("null").then_some(Expression::IsNull(left));
        }
        let operator = ["=", ">=", "<="].into_iter().find(|operator| self.takes(operator))?;
        Some(Expression::Compare(left, operator.to_owned(), self.term()?))
    }

    fn term(&mut self) -> Option<Term> {
        let left = self.simple()?;
        if self.takes("-") {
            return Some(Term::Difference(Box::new(left), Box::new(self.simple()?)));
        }
        Some(left)
    }

    fn simple(&mut self) -> Option<Term> {
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        match token {
            Token::Number(number) => Some(Term::Number(number)),
            Token::Text(text) => Some(Term::Text(text)),
            Token::Name(name) => column(&name),
            Token::Word(word) if self.takes("(") => Some(Term::Call(word, self.arguments()?)),
            Token::Word(word) => column(&word),
            Token::Symbol(_) => None,
        }
    }

    fn arguments(&mut self) -> Option<Vec<Term>> {
        self.deeper()?;
        let mut arguments = vec![self.term()?];
        while self.takes(",") {
            arguments.push(self.term()?);
        }
        self.depth -= 1;
        self.takes(")").then_some(arguments)
    }

    /// Prevents foreign text from exhausting the stack.
    fn deeper(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= MAX_DEPTH).then_some(())
    }

    fn takes(&mut self, symbol: &str) -> bool {
        self.takes_token(|token| matches!(token, Token::Symbol(found) if found == symbol))
    }

    fn takes_word(&mut self, word: &str) -> bool {
        self.takes_token(|token| matches!(token, Token::Word(found) if found == word))
    }

    fn takes_token(&mut self, is: impl Fn(&Token) -> bool) -> bool {
        let takes = self.tokens.get(self.at).is_some_and(is);
        self.at += usize::from(takes);
        takes
    }
}

fn column(name: &str) -> Option<Term> {
    let left = name.strip_suffix("_l").map(|name| Term::Left(name.to_owned()));
    left.or_else(|| name.strip_suffix("_r").map(|name| Term::Right(name.to_owned())))
}

fn single(mut parts: Vec<Expression>, join: impl Fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}
