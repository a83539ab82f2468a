package io.agentfense.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExplainCommandTest {
    @Test
    void winnerLosersAndReasonsAreNamed() {
        assertThat(Cli.run("explain", "src/.env").lines())
                .containsExactly(
                        "src/.env: none",
                        "  rule 4 (**/.env*=none@100) decides",
                        "  rule 0 (**/*=read) matches, but rule 4 wins: higher priority");
    }

    @Test
    void whatCameDownNamesWhereFrom() {
        assertThat(Cli.run("explain", "--preset", "read-only", "--rule", "/a/b=none", "/a/b/c/d")
                        .lines())
                .containsExactly(
                        "/a/b/c/d: none",
                        "  rule 1 (/a/b=none) decides: it hides /a/b and all below",
                        "  rule 0 (**/*=read) matches, but rule 1 wins: the more literal kind");
    }

    @Test
    void bareDirectoriesAreExplained() {
        assertThat(Cli.run(
                                "explain",
                                "--preset",
                                "view-only",
                                "--rule",
                                "/s/**=none",
                                "--rule",
                                "/s/x=read",
                                "/s",
                                "/t")
                        .lines())
                .containsExactly(
                        "/s: none",
                        "  rule 1 (/s/**=none) decides",
                        "  rule 0 (**/*=view) matches, but rule 1 wins: longer literal beginning",
                        "  as a directory it shows all the same if something below it does",
                        "/t: view",
                        "  rule 0 (**/*=view) decides");
    }

    @Test
    void jsonHoldsTheSame() {
        assertThat(Cli.run("explain", "--json", "src/.env", "/output/x").lines())
                .containsExactly(
                        "{\"path\":\"src/.env\",\"level\":\"none\",\"rule\":4,\"came_down\":false,\"matches\":["
                                + "{\"rule\":0,\"depth\":2,\"lost_to\":4,\"by\":\"priority\"},{\"rule\":4,\"depth\":2}]}",
                        "{\"path\":\"/output/x\",\"level\":\"write\",\"rule\":1,\"came_down\":false,\"matches\":["
                                + "{\"rule\":0,\"depth\":2,\"lost_to\":1,\"by\":\"priority\"},{\"rule\":1,\"depth\":2}]}");
    }

    @Test
    void linesCannotBeForged() {
        assertThat(Cli.run("explain", "--preset", "read-only", "/a\n/b: write").lines())
                .containsExactly("/a\\x0a/b: write: read", "  rule 0 (**/*=read) decides");
    }
}
