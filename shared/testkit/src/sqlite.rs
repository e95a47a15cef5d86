use crate::Failures;
use nerve_ports::{Database, DatabaseError, ObjectStorage, Row, Statement, Value};
use rusqlite::{Connection, StatementStatus, limits::Limit, params_from_iter, types::ValueRef};
use std::{
    cell::{Cell, RefCell},
    fs,
    path::PathBuf,
};

/// The shared database: SQLite in memory with the project's migrations.
#[derive(Debug)]
pub struct Sqlite {
    connection: RefCell<Connection>,
    steps: Cell<i64>,
    /// The failures of its calls.
    pub failures: Failures,
}

impl Default for Sqlite {
    fn default() -> Self {
        let connection = Connection::open_in_memory().expect("SQLite opens in memory");
        as_on_the_platform(&connection);
        for migration in migrations() {
            connection.execute_batch(&migration).expect("the migration applies");
        }
        Self { connection: RefCell::new(connection), steps: Cell::default(), failures: Failures::default() }
    }
}

/// The platform's settings and restrictions, in D1 and in objects.
fn as_on_the_platform(connection: &Connection) {
    connection.execute_batch("PRAGMA foreign_keys = ON").expect("foreign keys are on");
    let limits = [
        (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
    ];
    for (limit, most) in limits {
        connection.set_limit(limit, most).expect("the limit is set");
    }
}

fn migrations() -> Vec<String> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations"));
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("there are migrations").map(|file| file.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| fs::read_to_string(file).expect("a migration is text")).collect()
}

impl Sqlite {
    /// Runs SQL, bypassing the application.
    pub fn tamper(&self, sql: &str) {
        self.connection.borrow().execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The work of SQLite for the application, in steps of its virtual machine: some for each row read, and the same
    /// for the same statements on the same data.
    pub fn steps(&self) -> i64 {
        self.steps.get()
    }

    /// Runs a query, bypassing the application.
    pub fn look(&self, sql: &str) -> Vec<Row> {
        let looked = run(&self.connection.borrow(), &Statement::new(sql, []), &Cell::default());
        looked.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }
}

impl Database for Sqlite {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, DatabaseError> {
        self.failures.run(|| transaction(&mut self.connection.borrow_mut(), &statements, &self.steps))
    }
}

/// The private storage of an object: SQLite in memory.
#[derive(Debug)]
pub struct ObjectSqlite {
    connection: Connection,
    steps: Cell<i64>,
    /// The failures of its calls.
    pub failures: Failures,
}

impl Default for ObjectSqlite {
    fn default() -> Self {
        let connection = Connection::open_in_memory().expect("SQLite opens in memory");
        as_on_the_platform(&connection);
        Self { connection, steps: Cell::default(), failures: Failures::default() }
    }
}

impl ObjectSqlite {
    /// Runs the code of an object between two awaits, which the platform writes completely or not at all. `durable`:
    /// the write survives.
    pub fn turn<T>(&self, durable: bool, run: impl FnOnce() -> T) -> T {
        self.raw("SAVEPOINT turn");
        let result = run();
        if !durable {
            self.raw("ROLLBACK TO turn");
        }
        self.raw("RELEASE turn");
        result
    }

    /// The work of SQLite, in steps of its virtual machine.
    pub fn steps(&self) -> i64 {
        self.steps.get()
    }

    fn raw(&self, sql: &str) {
        self.connection.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

impl ObjectStorage for ObjectSqlite {
    fn execute(&self, statement: Statement) -> Result<Vec<Row>, DatabaseError> {
        self.failures.run(|| run(&self.connection, &statement, &self.steps).map_err(failure))
    }
}

fn transaction(
    connection: &mut Connection,
    statements: &[Statement],
    steps: &Cell<i64>,
) -> Result<Vec<Vec<Row>>, DatabaseError> {
    let transaction = connection.transaction().map_err(failure)?;
    let rows = statements.iter().map(|statement| run(&transaction, statement, steps));
    let rows = rows.collect::<Result<_, _>>().map_err(failure)?;
    transaction.commit().map_err(failure)?;
    Ok(rows)
}

fn run(connection: &Connection, statement: &Statement, steps: &Cell<i64>) -> rusqlite::Result<Vec<Row>> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    let columns: Vec<String> = prepared.column_names().into_iter().map(str::to_owned).collect();
    let rows = prepared.query_map(params_from_iter(statement.params.iter().map(bind)), |row| {
        let cell = |(index, column): (usize, &String)| Ok((column.clone(), value(row.get_ref(index)?)));
        columns.iter().enumerate().map(cell).collect::<rusqlite::Result<_>>().map(Row)
    })?;
    let rows = rows.collect();
    steps.set(steps.get() + i64::from(prepared.reset_status(StatementStatus::VmStep)));
    rows
}

fn bind(value: &Value) -> rusqlite::types::Value {
    use rusqlite::types::Value as Sql;
    match value {
        Value::Null => Sql::Null,
        Value::Integer(number) => Sql::Integer(*number),
        Value::Real(number) => Sql::Real(*number),
        Value::Text(text) => Sql::Text(text.clone()),
        Value::Blob(bytes) => Sql::Blob(bytes.clone()),
    }
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    }
}

fn failure(error: rusqlite::Error) -> DatabaseError {
    DatabaseError::from_message(&error.to_string())
}
