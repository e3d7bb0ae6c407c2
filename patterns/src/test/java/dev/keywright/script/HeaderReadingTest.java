package dev.keywright.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.KeywrightException;
import dev.keywright.script.ScriptHeader.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from the comments of a script, and what it means for its arguments. */
class HeaderReadingTest {

    @Test
    void readsWordsParametersAndTheSample() {
        ScriptHeader header = ScriptHeader.of("""
            #!lua flags=no-writes,allow-stale
            --[[
            Two lines
            of summary.

            KEYS  1 first     hash {a}, which is
                              continued
                  2.. rest    one per tag
            ARGV  1 amount    whole number, 1 to 9
            REPLY 1, or
                  0
            NEEDS Redis 7.0
            VERSION 1.2
            GIVEN SET a 1
                  HSET b c d
            TRY   EVAL KEYS a b ARGV 5
            ]]
            return 1
            """);
        assertThat(header.engine()).isEqualTo("lua");
        assertThat(header.flags()).containsExactly("no-writes", "allow-stale");
        assertThat(header.isReadOnly()).isTrue();
        assertThat(header.summary()).isEqualTo("Two lines\nof summary.");
        assertThat(header.keys())
                .containsExactly(
                        new Parameter(1, false, "first", "hash {a}, which is continued"),
                        new Parameter(2, true, "rest", "one per tag"));
        assertThat(header.keys().get(1).covers(7)).isTrue();
        assertThat(header.keys().get(0).covers(2)).isFalse();
        assertThat(header.word("REPLY")).contains("1, or\n0");
        assertThat(header.word("COST")).isEmpty();
        assertThat(header.version()).contains("1.2");
        assertThat(header.given()).containsExactly(List.of("SET", "a", "1"), List.of("HSET", "b", "c", "d"));
        assertThat(header.sample()).contains(new ScriptHeader.Sample(List.of("a", "b"), List.of("5")));
        assertThat(header.isFormal()).isTrue();
    }

    @Test
    void looseCommentsAreUnderstoodAndNotFormal() {
        ScriptHeader header =
                ScriptHeader.of("-- KEYS[1]: stock key\n-- ARGV[1] = now (ms)  ARGV[2] = limit\nreturn KEYS[1]");
        assertThat(header.isFormal()).isFalse();
        assertThat(header.keys()).containsExactly(new Parameter(1, false, "stock", "stock key"));
        assertThat(header.arguments())
                .containsExactly(new Parameter(1, false, "now", "now (ms)"), new Parameter(2, false, "limit", "limit"));
        assertThat(ScriptHeader.of("").isFormal()).isFalse();
        assertThat(ScriptHeader.of("--[[ KEYS and more ]] return 1").keys()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "whole number, 1 to 100 | 1 100 50               | 0 101 -1 1.5 abc EMPTY 1e2 0x1",
                "whole number           | 0 -7 9007199254740992  | 9007199254740993 99999999999999999999 +1",
                "whole number, 1 or more| 1 7                    | 0 -1",
                "number, at most 2      | 2 1.5 -3               | 2.1 nan inf x",
                "milliseconds, 1 or more| 1 60000                | 0 1.5",
                "whole number, at most 1,000 | 1000 2           | 1001",
                "number, 1,000 to 2,500 | 1000 2500              | 999 2501",
                "text; kept 3 to 5 days | a abcdef EMPTY         |",
                "text, 1 to 3 bytes     | a abc                  | EMPTY abcd äöü",
                "text, not empty        | a                      | EMPTY",
                "one of add, remove     | add remove             | ADD other EMPTY",
                "one of a, b or c       | a b c                  | d or",
                "permits per window     | 1 x EMPTY -5              |",
            })
    void checksWhatTheTextSays(String text, String good, String bad) {
        ArgumentKind kind = ArgumentKind.of(text);
        for (String value : good.split(" ")) {
            assertThat(kind.objection(plain(value)))
                    .as("%s for %s", value, kind)
                    .isEmpty();
        }
        for (String value : bad == null ? new String[0] : bad.split(" ")) {
            assertThat(kind.objection(plain(value)))
                    .as("%s for %s", value, kind)
                    .isPresent();
        }
    }

    private static String plain(String value) {
        return value.equals("EMPTY") ? "" : value;
    }

    @Test
    void saysInWordsWhatIsWanted() {
        assertThat(ArgumentKind.of("whole number, 1 to 100")).hasToString("a whole number, 1 to 100");
        assertThat(ArgumentKind.of("text, 1 to 3 bytes")).hasToString("text, 1 to 3 bytes");
        assertThat(ArgumentKind.of("milliseconds, 1 or more")).hasToString("a whole number of milliseconds, 1 or more");
        assertThat(ArgumentKind.of("one of add, remove, may be left out")).hasToString("one of add, remove");
        assertThat(ArgumentKind.of("one of add, remove, may be left out").isOptional())
                .isTrue();
    }

    @Test
    void headersThatDoNotFitTheirCodeAreRefused() {
        assertRefused(
                "KEYS 1 a\nARGV none\nREPLY 1", "return KEYS[2]", "it uses KEYS[2], which its header does not declare");
        assertRefused("KEYS 2 a\nARGV none\nREPLY 1", "return 1", "its header declares KEYS 2 where 1 comes next");
        assertRefused("KEYS 1 a\nARGV none", "return 1", "its header has no line REPLY");
    }

    @Test
    void whatAreNoWordsOfTheCodeDeclaresNothing() {
        String long_ = "'" + "x\\'".repeat(20_000) + "'";
        for (String code : List.of(
                "-- KEYS[2] was the index\nreturn KEYS[1]",
                "--[==[ ARGV[7] ]] ]==] return KEYS[1]",
                "return 'KEYS[2]' .. \"it's ARGV[3]\" .. [[ KEYS[4] ]]",
                "return " + long_)) {
            Script script = Script.of("x.lua", "#!lua\n--[[\nKEYS 1 a\nARGV none\nREPLY 1\n]]\n" + code);
            assertThat(Edition.of(script).script()).isSameAs(script);
        }
        assertRefused(
                "KEYS 1 a\nARGV none\nREPLY 1",
                "local t = 'a--b' return KEYS[2]",
                "it uses KEYS[2], which its header does not declare");
    }

    /** The places of those that follow would be others. */
    @Test
    void onlyTheLastArgumentsCanBeLeftOut() {
        Signature signature = Edition.of(Script.of(
                        "x.lua",
                        "#!lua\n"
                                + "--[[\n"
                                + "KEYS none\n"
                                + "ARGV 1 a text\n"
                                + "2 b text, may be left out\n"
                                + "3 c text\n"
                                + "4 d text, may be left out\n"
                                + "REPLY 1\n"
                                + "]]\n"
                                + "return 1"))
                .signature();
        assertThat(signature.arguments("a", "b", "c")).hasNumberOfRows(3);
        assertThatThrownBy(() -> signature.arguments("a", "c"))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("takes at least 3 arguments");
    }

    private static void assertRefused(String header, String code, String problem) {
        Script script = Script.of("x.lua", "#!lua\n--[[\n" + header + "\n]]\n" + code);
        assertThatThrownBy(() -> Edition.of(script))
                .isInstanceOf(KeywrightException.Misused.class)
                .hasMessageContaining("x.lua cannot be used: " + problem);
    }
}
