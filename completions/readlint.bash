# Made from the command line's own definition by `python -m readlint.generated`. Change it there.

_readlint() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=lint kind= words= before= word
    # bash cuts words at `=`: `--color=al` is three of them.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = && COMP_CWORD -gt 1 ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
        kind=file
    fi
    if ((COMP_CWORD > 1)); then
        case ${COMP_WORDS[1]} in
        baseline|clean|init|migrate-plan|migrations|new-rule|rule|rules|secrets|settings|test-rules) command=${COMP_WORDS[1]} ;;
        esac
    fi
    case "$command $prev" in
        "lint --select") kind=rules ;;
        "lint --extend-select") kind=rules ;;
        "lint --ignore") kind=rules ;;
        "lint --extend-ignore") kind=rules ;;
        "lint --per-file-ignores") kind=file ;;
        "lint --target-version") kind=text ;;
        "lint --config") kind=file ;;
        "lint --add-ignore") kind=text ;;
        "lint --until") kind=text ;;
        "lint --fixable") kind=rules ;;
        "lint --unfixable") kind=rules ;;
        "lint --exclude") kind=file ;;
        "lint --extend-exclude") kind=file ;;
        "lint --stdin-filename") kind=file ;;
        "lint --baseline") kind=file ;;
        "lint --new-from") kind=text ;;
        "lint --new-from-merge-base") kind=text ;;
        "lint --output-format") kind=format ;;
        "lint -o"|"lint --output") kind=report ;;
        "lint --sarif-category") kind=text ;;
        "lint --color") kind='=auto always never' ;;
        "lint --fail-on") kind='=error warning note' ;;
        "lint --max-findings") kind=text ;;
        "lint -j"|"lint --jobs") kind=text ;;
        "lint --cache-dir") kind=folder ;;
        "baseline --baseline") kind=file ;;
        "baseline --output-format") kind='=text json' ;;
        "baseline --select") kind=rules ;;
        "baseline --extend-select") kind=rules ;;
        "baseline --ignore") kind=rules ;;
        "baseline --exclude") kind=file ;;
        "baseline --extend-exclude") kind=file ;;
        "baseline --config") kind=file ;;
        "clean --cache-dir") kind=folder ;;
        "migrations --database") kind='=postgresql mysql sqlite' ;;
        "new-rule --pack") kind=folder ;;
        "new-rule --code") kind=text ;;
        "new-rule --family") kind=text ;;
        "rule --output-format") kind='=text markdown json' ;;
        "rules --output-format") kind='=text json' ;;
        "secrets --reason") kind=text ;;
        "test-rules --fixtures") kind=folder ;;
    esac
    COMPREPLY=()
    if [[ -z $kind && $cur == -* ]]; then
        case $command in
        lint) words="-h --help -V --version --select --extend-select --ignore --extend-ignore --per-file-ignores --preview --target-version --config --isolated --fix --unsafe-fixes --diff --fix-only --show-fixes --ask --add-ignore --until --fixable --unfixable --exclude --extend-exclude --force-exclude --no-respect-gitignore --stdin-filename --show-files --show-settings --baseline --no-baseline --new-from --new-from-merge-base --staged --output-format -o --output --statistics --sarif-category --sarif-suppressed --sarif-absent -q --quiet --color --exit-zero --fail-on --max-findings -j --jobs --watch --no-cache --cache-dir" ;;
        baseline) words="-h --help --baseline --output-format --select --extend-select --ignore --exclude --extend-exclude --config" ;;
        clean) words="-h --help --cache-dir" ;;
        init) words="-h --help --yes" ;;
        migrate-plan) words="-h --help" ;;
        migrations) words="-h --help --database" ;;
        new-rule) words="-h --help --pack --code --family" ;;
        rule) words="-h --help --output-format" ;;
        rules) words="-h --help --output-format" ;;
        secrets) words="-h --help --reason" ;;
        settings) words="-h --help --schema" ;;
        test-rules) words="-h --help --update --fixtures" ;;
        esac
    elif [[ -z $kind ]]; then
        case $command in
        lint) kind=file ;;
        baseline) ((COMP_CWORD == 2)) && kind='=write update show'; ((COMP_CWORD != 2)) && kind=file ;;
        init) kind=folder ;;
        migrate-plan) kind=file ;;
        migrations) kind='=sizes' ;;
        new-rule) kind=text ;;
        rule) kind=rule ;;
        secrets) ((COMP_CWORD == 2)) && kind='=allow'; ((COMP_CWORD != 2)) && kind=file ;;
        settings) kind=setting ;;
        test-rules) kind=file ;;
        esac
        ((COMP_CWORD > 1)) || words="baseline check clean init migrate-plan migrations new-rule rule rules secrets settings test-rules"
    fi
    case $kind in
    rule) words=$("${COMP_WORDS[0]}" rules 2>/dev/null | awk '{print $1, $2}') ;;
    rules) words="ALL DEFAULT $("${COMP_WORDS[0]}" rules 2>/dev/null | awk '{print $1, $2}')" ;;
    format) words="azure checkstyle concise github gitlab html json json-lines junit markdown rdjson sarif text" ;;
    report) words="azure= checkstyle= concise= github= gitlab= html= json= json-lines= junit= markdown= rdjson= sarif= text=" ;;
    setting) words="select extend-select ignore extend-ignore per-file-ignores extend-per-file-ignores preview fixable unfixable extend-safe-fixes extend-unsafe-fixes exclude extend-exclude force-exclude respect-gitignore test-paths target-version service-kind output-format fail-on max-findings extend required-version honour-foreign-suppressions error-reporters operational-exceptions database pg-version migrations.start-after migrations.sql migrations.small-tables migrations.table-sizes rules" ;;
    =*) words=${kind#=} ;;
    esac
    if [[ $kind == rules && $cur == *,* ]]; then
        before=${cur%,*},
        cur=${cur##*,}
    fi
    [[ $kind != report ]] || compopt -o nospace 2>/dev/null
    for word in $words; do
        [[ $word == "$cur"* ]] && COMPREPLY+=("$before$word")
    done
    case $kind in
    file) while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur") ;;
    folder) while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$cur") ;;
    esac
    case $kind in
    file | folder) compopt -o filenames 2>/dev/null ;;
    esac
    return 0
}
complete -F _readlint readlint
