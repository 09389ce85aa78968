"""The completion script of your shell; it knows commands, options and people's names."""

from __future__ import annotations

import click

from vault_crm.cli.app import App

# click's own script for bash inserts names with spaces unquoted; `filenames` makes readline quote them.
BASH = """\
_vault_crm_completion() {
    local IFS=$'\\n' type value plain=0 words="${COMP_WORDS[*]}"
    COMPREPLY=()
    while IFS=',' read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("$value"); plain=1 ;;
        esac
    done < <(env COMP_WORDS="$words" COMP_CWORD="$COMP_CWORD" _VAULT_CRM_COMPLETE=bash_complete "$1")
    if [[ $plain == 1 ]]; then compopt -o filenames; fi
}
complete -o nosort -F _vault_crm_completion vault-crm
"""

HOW = {
    "bash": 'eval "$(vault-crm completion bash)"   in ~/.bashrc',
    "zsh": 'eval "$(vault-crm completion zsh)"   in ~/.zshrc, after compinit',
    "fish": "vault-crm completion fish > ~/.config/fish/completions/vault-crm.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_obj
def command(app: App, shell: str) -> None:
    """Print the completion script of SHELL.

    \b
    bash   eval "$(vault-crm completion bash)"   in ~/.bashrc
    zsh    eval "$(vault-crm completion zsh)"    in ~/.zshrc, after compinit
    fish   vault-crm completion fish > ~/.config/fish/completions/vault-crm.fish
    """
    app.out(script(shell).removesuffix("\n"))
    if app.screen.terminal:
        app.say(HOW[shell])


def script(shell: str) -> str:
    """The script that makes a shell ask us."""
    if shell == "bash":
        return BASH
    from click.shell_completion import get_completion_class

    from vault_crm.cli.main import main

    maker = get_completion_class(shell)
    return "" if maker is None else maker(main, {}, "vault-crm", "_VAULT_CRM_COMPLETE").source()
