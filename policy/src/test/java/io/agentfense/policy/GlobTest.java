package io.agentfense.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a glob matches, row by row; the cases are those of which other matchers are known to get some wrong. */
class GlobTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                // pattern, then paths that match, then after ! paths that don't
                "/foo /foo ! /bar /foo/bar /fo /fooo /",
                "foo /foo ! /a/foo",
                "/??? /foo /... /é.ü ! /fo /fooo /f/o",
                "/* /foo /.foo /* ! / /foo/bar",
                "/f* /foo /f /f* ! /afoo /f/o",
                "/*f /f /oof ! /foo",
                "/*foo* /foo /afoo /fooa /afooa /fofoo ! /fo /f/oo",
                "/*ob*a*r* /foobar /ob-a-r ! /foobr /o/bar",
                "/*ab /aaaaaaabababab ! /aba",
                "/foo\\* /foo* ! /foobar /foo\\*",
                "/f\\oo /foo ! /f\\oo",
                "/*[al]? /ball /bal1 ! /bale2 /b",
                "/[ten] /t /e /n ! /ten / /x",
                "/**[!te] ",
                "/[!ten] /x /é ! /t /ten",
                "/t[a-g]n /ten /tan ! /ton /tn",
                "/t[!a-g]n /ton /t-n ! /ten /t/n",
                "/t[^a-g]n /ton ! /ten",
                "/a[]]b /a]b ! /a[b /ab",
                "/a[]-]b /a-b /a]b ! /aab",
                "/a[]a-]b /aab /a-b /a]b ! /acb",
                "/] /] ! /[",
                "/[!]a-]x /bx ! /]x /ax /-x",
                "/[\\]] /] ! /\\",
                "/[\\\\] /\\ ! /]",
                "/[a\\-c] /a /- /c ! /b",
                "/[--A] /- /5 /A ! /B",
                "/[z-a] ! /z /a /m /-",
                "/[,-.] /- /, ! /+",
                "/[*] /* ! /a /**",
                "/[a-c]b* /ab /bbx ! /db",
                "/[[] /[ ! /]",
                "/[é-ü]x /êx ! /ex /ýx",
                "/[!é] /e /ü ! /é",
                "/foo/bar /foo/bar ! /foobar /foo/baz /foo",
                "/foo?bar /foo-bar ! /foo/bar",
                "/foo[/]bar ",
                "/f[^eiu][^eiu]r ! /f/or /foo/r",
                "/**/foo /foo /a/foo /a/b/foo /foo/foo ! /afoo /foo/a",
                "**/foo /foo /a/foo ! /foo/a",
                "/foo/** /foo /foo/a /foo/a/b ! /fooa /a/foo",
                "/** / /a /a/b",
                "/**/* /a /a/b ! /",
                "/*/** /a /a/b ! /",
                "/**/*/* /a/b /a/b/c ! /a /",
                "/*/* /a/b ! /a /a/b/c",
                "/**/a/**/b /a/b /x/a/y/b /a/a/b/b /a/x/y/b ! /a /b /a/bx",
                "/a/**/**/b /a/b /a/x/b ! /ab",
                "/a/**/*.py /a/x.py /a/b/x.py /a/.py ! /x.py /a/x.pyc",
                "/deep/**/x?z /deep/xyz /deep/a/xyz ! /deep/xz",
                "/{a,b} /a /b ! /c /ab /a,b /{a,b}",
                "/{a,}b /b /ab ! /a /aab",
                "/x{*.js,?}y /x.jsy /xa.jsy /xzy ! /xy /xzzy",
                "/{a}{b,c} /ab /ac ! /a /abc",
                "/{[ab],\\,}x /ax /bx /,x ! /cx",
                "/a{b,c}d{e,f}* /abde /acdf /abdex ! /ade /abd",
                "/\\{a,b\\} /{a,b} ! /a",
                "/a} /a} ! /a",
                "/a,b /a,b ! /a",
                "//a///b /a/b ! /a",
                "/./a/./b /a/b",
                "/a/ /a /a/b /a/b/c ! /ab /b",
                "/*/x/ /a/x /a/x/y ! /a /x/y",
                "**/ / /a /a/b",
                "/ / /a /a/b",
                ". / ! /a",
                "a\\/b /a/b ! /ab",
                "/-*-*-*-*-*-*-12-*-*-*-m-*-* /-a-b-c-d-e-f-12-g-h-i-m-n-o ! /-a-b-c-d-e-f-12-g-h-i-j-n-o",
                "/**/*a*b*g*n*t /abcd/abcdefg/abcdefghijk/abcdefghijklmnop.txt ! /abcd/abcdefghijklmnop.txtz",
            })
    void rowHolds(String row) throws PolicyException {
        String[] words = row.split(" ");
        boolean rejected = words.length == 1;
        if (rejected) {
            assertThat(compiles(words[0])).isFalse();
            return;
        }
        Policy policy = Policies.of(words[0] + "=read");
        boolean expected = true;
        for (String word : List.of(words).subList(1, words.length)) {
            if (word.equals("!")) {
                expected = false;
            } else {
                assertThat(policy.evaluate(word.getBytes(UTF_8)) == Level.READ)
                        .as("%s against %s", words[0], word)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void aByteThatIsNoUtf8IsOneCharacter() {
        Policy policy = Policies.of("/?=read", "/??=write", "/[!a]x=view");

        assertThat(policy.evaluate(bytes("/\u00ff"))).isEqualTo(Level.READ);
        assertThat(policy.evaluate(bytes("/\u00e2\u0082")))
                .as("half a euro sign")
                .isEqualTo(Level.WRITE);
        assertThat(policy.evaluate(bytes("/\u00e2\u0082\u00ac")))
                .as("a euro sign")
                .isEqualTo(Level.READ);
        assertThat(policy.evaluate(bytes("/\u00ed\u00a0\u0080")))
                .as("a surrogate")
                .isEqualTo(Level.NONE);
        assertThat(policy.evaluate(bytes("/\u00ffx"))).isEqualTo(Level.VIEW);
    }

    @Test
    void namesAreComparedByteByByteWithoutNormalisation() {
        Policy policy = Policies.of("/é=read", "/A=read");

        assertThat(Policies.level(policy, "/e\u0301")).isEqualTo("none");
        assertThat(Policies.level(policy, "/a")).isEqualTo("none");
    }

    @Test
    void wildcardsInNamesAreOrdinaryCharacters() {
        Policy policy = Policies.of("/secret=none@1", "/**=read");

        assertThat(Policies.level(policy, "/*")).isEqualTo("read");
        assertThat(Policies.level(policy, "/s[e]cret")).isEqualTo("read");
        assertThat(Policies.level(policy, "/**")).isEqualTo("read");
    }

    @Test
    void literalTypesKnowNoWildcards() throws PolicyException {
        Policy policy = Policy.compile(List.of(Rule.file("/a*", Level.READ), Rule.directory("/[b]\\", Level.VIEW)));

        assertThat(Policies.level(policy, "/a*")).isEqualTo("read");
        assertThat(Policies.level(policy, "/ab")).isEqualTo("none");
        assertThat(Policies.level(policy, "/[b]\\/x")).isEqualTo("view");
        assertThat(Policies.level(policy, "/b")).isEqualTo("none");
    }

    private static boolean compiles(String pattern) {
        try {
            Policy.compile(List.of(Rule.of(pattern, Level.READ)));
            return true;
        } catch (PolicyException e) {
            return false;
        }
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(ISO_8859_1);
    }
}
