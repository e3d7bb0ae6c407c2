package dev.keywright.ops.lua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keywright.ops.wire.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {

    static List<Path> ownScripts() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String module : List.of("patterns", "expert", "ops", "jcache")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/resources"))) {
                files.filter(file -> file.toString().endsWith(".lua")).sorted().forEach(all::add);
            }
        }
        return all;
    }

    private static boolean parses(String source) {
        try {
            Parser.parse(source);
            return true;
        } catch (SyntaxFault fault) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "return",
                "return 1, 2;",
                "local a <const> = 1",
                "local a, b = 1, ...; return a .. b",
                "for i = 1, 10, 2 do if i > 3 then break end end",
                "for i = 1 do end",
                "for k, v in pairs({1, 2; x = 3, [4] = 5,}) do end",
                "while true do return end",
                "while true do break local x end",
                "repeat local done = true until done",
                "break",
                "function f() break end",
                "local function f(a, ...) return select('#', ...) end return f(1)",
                "local function f(a) return ... end",
                "function a.b.c:d(x) self.y = x end",
                "return 'a' 'b'",
                "return f'a'",
                "return f{1}.x[2]:y'z'",
                "local x = [==[ a ]] b ]==] return #x",
                "local x = [[ a [[ b ]]",
                "--[[ comment ]] return 1 -- end",
                "--[==[ unclosed",
                "local s = 'a\\\nb\\065\\x' return s",
                "local s = 'unclosed",
                "return 0x1F + 1e3 + .5 + 3. + 1e-2",
                "return 3x",
                "return 1..2",
                "return -x^2 == not y and z or w",
                "a.b = 1",
                "a.b",
                "f() = 1",
                "(f)()",
                "local x = f\n(g)()",
                "x = = 1",
                "return 1 +",
                "if x then else elseif y then end",
                "if x then elseif y then else end",
                "return {",
                "return '\\999'",
                "goto x",
                "return a ~= b, a != b",
                "local é = 1",
                "return 7 // 2",
                "do local a = 1 end return a",
                ";",
                "return 1 return 2"
            })
    void acceptsWhatRedisAccepts(String source) {
        try (Laboratory laboratory = Laboratory.open()) {
            assertThat(parses(source)).isEqualTo(!(laboratory.ask("SCRIPT", "LOAD", source) instanceof Answer.Failed));
        }
    }

    /** Scripts of our own with a few characters taken out, doubled or moved; the same in every run. */
    @Test
    void agreesWithRedisOnDamagedScripts() throws IOException {
        Random chance = new Random(11);
        List<Path> scripts = ownScripts();
        try (Laboratory laboratory = Laboratory.open()) {
            for (int i = 0; i < 1_500; i++) {
                String source = damaged(Files.readString(scripts.get(chance.nextInt(scripts.size()))), chance);
                boolean redis = !(laboratory.ask("SCRIPT", "LOAD", source) instanceof Answer.Failed);
                assertThat(parses(source)).as(source).isEqualTo(redis);
            }
        }
    }

    private static String damaged(String source, Random chance) {
        StringBuilder text = new StringBuilder(source);
        text.delete(0, text.indexOf("]]") + 2);
        for (int i = 0; i <= chance.nextInt(3); i++) {
            int from = chance.nextInt(text.length());
            int to = Math.min(text.length(), from + 1 + chance.nextInt(6));
            String piece = text.substring(from, to);
            if (chance.nextBoolean()) {
                text.delete(from, to);
            }
            if (chance.nextBoolean()) {
                text.insert(chance.nextInt(text.length()), piece);
            }
        }
        return text.toString();
    }

    @Test
    void readsEveryScriptOfOurOwn() throws IOException {
        for (Path script : ownScripts()) {
            assertThat(Parser.parse(Files.readString(script)).statements())
                    .as(script.toString())
                    .isNotEmpty();
        }
    }

    @Test
    void saysTheLine() {
        assertThatThrownBy(() -> Parser.parse("local a = 1\n\nlocal b = = 2"))
                .isInstanceOfSatisfying(
                        SyntaxFault.class, fault -> assertThat(fault.line()).isEqualTo(3))
                .hasMessage("expected a name but found '='");
    }

    @Test
    void endlessNestingIsRefusedAndNotFollowed() {
        assertThat(parses("return " + "(".repeat(100_000))).isFalse();
        assertThat(parses("return " + "{".repeat(100_000))).isFalse();
        assertThat(parses("do ".repeat(100_000))).isFalse();
        assertThat(parses("return " + "-".repeat(1) + "not ".repeat(100_000))).isFalse();
        assertThat(parses("return 1" + "+1".repeat(100_000))).isFalse();
        assertThat(parses("x" + ".y".repeat(100_000) + " = 1")).isFalse();
    }
}
