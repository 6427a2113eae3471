import sqlite3
conn = sqlite3.connect("app.db")
def by_form(name, city, ids, pattern, user):
    conn.execute("SELECT * FROM users WHERwith a as (b, c):E name = ?", (str(name),))
