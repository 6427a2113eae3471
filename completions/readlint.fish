# Made from the command line's own definition by `python -m readlint.generated`. Change it there.

function __readlint_in
    set -l words (commandline -opc)
    set -l command lint
    if set -q words[2]; and contains -- $words[2] baseline clean init migrate-plan migrations new-rule rule rules secrets settings test-rules
        set command $words[2]
    end
    test $command = $argv[1]
end

function __readlint_first
    test (count (commandline -opc)) -eq 1
end

function __readlint_second
    test (count (commandline -opc)) -eq 2
end

function __readlint_rules
    set -l words (commandline -opc)
    $words[1] rules 2>/dev/null | awk '{print $1 "\t" $2; print $2 "\t" $1}'
end

function __readlint_lists
    set -l before (commandline -ct | string replace -rf '^(.*,).*$' '$1' | string replace -r '^--[a-z-]+=' '')
    printf '%s\n' "$before"ALL "$before"DEFAULT
    for line in (__readlint_rules)
        echo "$before$line"
    end
end

complete -c readlint -n __readlint_first -a baseline -d 'Keeps the findings that a project has already in a file, so that only new ones are reported: write takes in all findings, update lets go of those that are gone and follows those that moved, show counts them.'
complete -c readlint -n __readlint_first -a check -d 'Tells whether Python code is ready for production.'
complete -c readlint -n __readlint_first -a clean -d 'Removes the cache of this project.'
complete -c readlint -n __readlint_first -a init -d 'Looks at the project and proposes settings, a pre-commit hook, a CI workflow, and a baseline of what is found in it now: each is shown, and written if you agree. Files that are there are never changed.'
complete -c readlint -n __readlint_first -a migrate-plan -d 'Prints what a migration of Django, Alembic, yoyo or dbmate, or any other in SQL, should be instead, so that nobody waits for it: one or several migrations, ready to be pasted, each below a line with the name of its file.'
complete -c readlint -n __readlint_first -a migrations -d 'Prints the query for the sizes of all tables. What psql or mysql gives for it, as CSV, is the file of the setting migrations.table-sizes. readlint itself opens no connection.'
complete -c readlint -n __readlint_first -a new-rule -d 'Writes the module and the fixture of a new rule, and a pack around it where there is none.'
complete -c readlint -n __readlint_first -a rule -d 'Shows the page of a rule.'
complete -c readlint -n __readlint_first -a rules -d 'Lists the rules that are installed.'
complete -c readlint -n __readlint_first -a secrets -d 'Records secrets that may stand in the source, such as keys made for tests: a keyed hash of each goes into readlint-secrets.toml beside the settings, its value nowhere.'
complete -c readlint -n __readlint_first -a settings -d 'Lists the settings, or explains one.'
complete -c readlint -n __readlint_first -a test-rules -d 'Tries out the pages, fixtures and fixes of a rule pack. The pack'\''s code is run.'
complete -c readlint -n '__readlint_in lint' -s h -l help -d 'show this help message and exit'
complete -c readlint -n '__readlint_in lint' -F
complete -c readlint -n '__readlint_in lint' -s V -l version -d 'show program'\''s version number and exit'
complete -c readlint -n '__readlint_in lint' -l select -d 'rules to run: codes, names, code prefixes such as RL3, families such as sql, or ALL' -x -a '(__readlint_lists)'
complete -c readlint -n '__readlint_in lint' -l extend-select -d 'rules to run besides' -x -a '(__readlint_lists)'
complete -c readlint -n '__readlint_in lint' -l ignore -d 'rules not to run' -x -a '(__readlint_lists)'
complete -c readlint -n '__readlint_in lint' -l extend-ignore -d 'rules not to run besides' -x -a '(__readlint_lists)'
complete -c readlint -n '__readlint_in lint' -l per-file-ignores -d 'rules not to run on files' -r -F
complete -c readlint -n '__readlint_in lint' -l preview -d 'run preview rules too'
complete -c readlint -n '__readlint_in lint' -l target-version -d 'the oldest Python that the code must run on' -x
complete -c readlint -n '__readlint_in lint' -l config -d 'a settings file, or one setting' -r -F
complete -c readlint -n '__readlint_in lint' -l isolated -d 'ignore all settings files'
complete -c readlint -n '__readlint_in lint' -l fix -d 'apply safe fixes, or one finding'\''s'
complete -c readlint -n '__readlint_in lint' -l unsafe-fixes -d 'fixes that may change behaviour too'
complete -c readlint -n '__readlint_in lint' -l diff -d 'show what --fix would change, change nothing'
complete -c readlint -n '__readlint_in lint' -l fix-only -d 'apply fixes and report nothing that is left'
complete -c readlint -n '__readlint_in lint' -l show-fixes -d 'list the fixes that were applied'
complete -c readlint -n '__readlint_in lint' -l ask -d 'with --fix: show each fix and ask'
complete -c readlint -n '__readlint_in lint' -l add-ignore -d 'suppress every finding where it stands, with a reason' -x
complete -c readlint -n '__readlint_in lint' -l until -d 'with --add-ignore: the last day of the suppression, as 2027-01-31' -x
complete -c readlint -n '__readlint_in lint' -l fixable -d 'rules whose fixes may be applied' -x -a '(__readlint_lists)'
complete -c readlint -n '__readlint_in lint' -l unfixable -d 'rules whose fixes may not be applied' -x -a '(__readlint_lists)'
complete -c readlint -n '__readlint_in lint' -l exclude -d 'patterns of files and folders to leave out, instead of the usual ones' -r -F
complete -c readlint -n '__readlint_in lint' -l extend-exclude -d 'patterns to leave out besides' -r -F
complete -c readlint -n '__readlint_in lint' -l force-exclude -d 'exclude files given by name too'
complete -c readlint -n '__readlint_in lint' -l no-respect-gitignore -d 'lint ignored files too'
complete -c readlint -n '__readlint_in lint' -l stdin-filename -d 'what standard input is called' -r -F
complete -c readlint -n '__readlint_in lint' -l show-files -d 'list the files that would be linted'
complete -c readlint -n '__readlint_in lint' -l show-settings -d 'show the settings and where they come from'
complete -c readlint -n '__readlint_in lint' -l baseline -d 'findings that are known; without it readlint-baseline.jsonl, where there is one' -r -F
complete -c readlint -n '__readlint_in lint' -l no-baseline -d 'report the findings of the baseline too'
complete -c readlint -n '__readlint_in lint' -l new-from -d 'report only what is new since a commit, branch or tag of git' -x
complete -c readlint -n '__readlint_in lint' -l new-from-merge-base -d 'the same since HEAD and REV parted' -x
complete -c readlint -n '__readlint_in lint' -l staged -d 'report only what is new in what git would commit now'
complete -c readlint -n '__readlint_in lint' -l output-format -d 'text, concise, html, json, json-lines, sarif, markdown, github, gitlab, azure, junit, rdjson, checkstyle' -x -a 'azure checkstyle concise github gitlab html json json-lines junit markdown rdjson sarif text'
complete -c readlint -n '__readlint_in lint' -s o -l output -d 'write a report; - is standard output; may be given more than once' -x -a 'azure= checkstyle= concise= github= gitlab= html= json= json-lines= junit= markdown= rdjson= sarif= text='
complete -c readlint -n '__readlint_in lint' -l statistics -d 'count the findings of each rule (text, concise and json formats)'
complete -c readlint -n '__readlint_in lint' -l sarif-category -d 'the category of a SARIF log, where several are uploaded' -x
complete -c readlint -n '__readlint_in lint' -l sarif-suppressed -d 'suppressed findings in SARIF too, with the reason'
complete -c readlint -n '__readlint_in lint' -l sarif-absent -d 'what has left the baseline in SARIF too, as absent results'
complete -c readlint -n '__readlint_in lint' -s q -l quiet -d 'findings only'
complete -c readlint -n '__readlint_in lint' -l color -d 'colours in text output' -x -a 'auto always never'
complete -c readlint -n '__readlint_in lint' -l exit-zero -d 'exit with 0 even if there are findings'
complete -c readlint -n '__readlint_in lint' -l fail-on -d 'the least severity that exits with 1' -x -a 'error warning note'
complete -c readlint -n '__readlint_in lint' -l max-findings -d 'exit with 1 only above this many findings' -x
complete -c readlint -n '__readlint_in lint' -s j -l jobs -d 'worker processes; 1 uses none' -x
complete -c readlint -n '__readlint_in lint' -l watch -d 'lint again after every change (needs readlint[watch])'
complete -c readlint -n '__readlint_in lint' -l no-cache -d 'neither read nor write the cache'
complete -c readlint -n '__readlint_in lint' -l cache-dir -d 'where the cache is; READLINT_CACHE_DIR says it too' -x -a '(__fish_complete_directories)'
complete -c readlint -n '__readlint_in baseline' -s h -l help -d 'show this help message and exit'
complete -c readlint -n '__readlint_in baseline; and __readlint_second' -f -a 'write update show'
complete -c readlint -n '__readlint_in baseline; and not __readlint_second' -F
complete -c readlint -n '__readlint_in baseline' -l baseline -d 'the file, if not readlint-baseline.jsonl in the project'\''s root' -r -F
complete -c readlint -n '__readlint_in baseline' -l output-format -d 'of what show prints' -x -a 'text json'
complete -c readlint -n '__readlint_in baseline' -l select -d 'as in a lint run' -x -a '(__readlint_lists)'
complete -c readlint -n '__readlint_in baseline' -l extend-select -d 'as in a lint run' -x -a '(__readlint_lists)'
complete -c readlint -n '__readlint_in baseline' -l ignore -d 'as in a lint run' -x -a '(__readlint_lists)'
complete -c readlint -n '__readlint_in baseline' -l exclude -d 'as in a lint run' -r -F
complete -c readlint -n '__readlint_in baseline' -l extend-exclude -d 'as in a lint run' -r -F
complete -c readlint -n '__readlint_in baseline' -l config -d 'as in a lint run' -r -F
complete -c readlint -n '__readlint_in clean' -s h -l help -d 'show this help message and exit'
complete -c readlint -n '__readlint_in clean' -l cache-dir -d 'where the cache is, if not in its usual place' -x -a '(__fish_complete_directories)'
complete -c readlint -n '__readlint_in init' -s h -l help -d 'show this help message and exit'
complete -c readlint -n '__readlint_in init' -f -a '(__fish_complete_directories)'
complete -c readlint -n '__readlint_in init' -l yes -d 'write without asking'
complete -c readlint -n '__readlint_in migrate-plan' -s h -l help -d 'show this help message and exit'
complete -c readlint -n '__readlint_in migrate-plan' -F
complete -c readlint -n '__readlint_in migrations' -s h -l help -d 'show this help message and exit'
complete -c readlint -n '__readlint_in migrations' -f -a 'sizes'
complete -c readlint -n '__readlint_in migrations' -l database -d 'whose query; the setting `database` without it' -x -a 'postgresql mysql sqlite'
complete -c readlint -n '__readlint_in new-rule' -s h -l help -d 'show this help message and exit'
complete -c readlint -n '__readlint_in new-rule' -f
complete -c readlint -n '__readlint_in new-rule' -l pack -d 'the pack'\''s folder; a new one is made there' -x -a '(__fish_complete_directories)'
complete -c readlint -n '__readlint_in new-rule' -l code -d 'two letters and three digits; by default the next one' -x
complete -c readlint -n '__readlint_in new-rule' -l family -d 'the folder for the rule in the pack'\''s package' -x
complete -c readlint -n '__readlint_in rule' -s h -l help -d 'show this help message and exit'
complete -c readlint -n '__readlint_in rule' -f -a '(__readlint_rules)'
complete -c readlint -n '__readlint_in rule' -l output-format -x -a 'text markdown json'
complete -c readlint -n '__readlint_in rules' -s h -l help -d 'show this help message and exit'
complete -c readlint -n '__readlint_in rules' -l output-format -x -a 'text json'
complete -c readlint -n '__readlint_in secrets' -s h -l help -d 'show this help message and exit'
complete -c readlint -n '__readlint_in secrets; and __readlint_second' -f -a 'allow'
complete -c readlint -n '__readlint_in secrets; and not __readlint_second' -F
complete -c readlint -n '__readlint_in secrets' -l reason -d 'why they may stand there' -x
complete -c readlint -n '__readlint_in settings' -s h -l help -d 'show this help message and exit'
complete -c readlint -n '__readlint_in settings' -f -a 'select extend-select ignore extend-ignore per-file-ignores extend-per-file-ignores preview fixable unfixable extend-safe-fixes extend-unsafe-fixes exclude extend-exclude force-exclude respect-gitignore test-paths target-version service-kind output-format fail-on max-findings extend required-version honour-foreign-suppressions error-reporters operational-exceptions database pg-version migrations.start-after migrations.sql migrations.small-tables migrations.table-sizes rules'
complete -c readlint -n '__readlint_in settings' -l schema -d 'print the JSON schema, with all rules that are installed'
complete -c readlint -n '__readlint_in test-rules' -s h -l help -d 'show this help message and exit'
complete -c readlint -n '__readlint_in test-rules' -F
complete -c readlint -n '__readlint_in test-rules' -l update -d 'write the twins of fixtures: what fixing makes of them'
complete -c readlint -n '__readlint_in test-rules' -l fixtures -d 'where the fixtures are, if not in tests/fixtures' -x -a '(__fish_complete_directories)'
