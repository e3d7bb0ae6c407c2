package dev.keywright.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeySpaceTest {

    private final KeySpace keys = KeySpace.of("rl", "api");

    @Test
    void namesFamilyNameTagAndPart() {
        assertThat(keys.key("user:1001", "bucket")).isEqualTo("rl:api:{user:1001}:bucket");
    }

    @Test
    void givesDifferentTagsDifferentKeysAndKeepsThemInTheirBraces() {
        Set<String> seen = new HashSet<>();
        for (String tag : new String[] {"a}b", "a%7Db", "a%257Db", "}", "%7D", "{", "{}", "a:b", "a", " ", "ä€😀"}) {
            String key = keys.key(tag, "bucket");
            assertThat(seen.add(key)).as(tag).isTrue();
            int open = key.indexOf('{');
            assertThat(key.indexOf('}')).as(key).isGreaterThan(open + 1).isEqualTo(key.length() - "}:bucket".length());
        }
    }

    @Test
    void refusesNamesWithBracesAndEmptyTags() {
        assertThatThrownBy(() -> KeySpace.of("rl", "a{b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KeySpace.of("rl", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> keys.key("", "bucket")).isInstanceOf(IllegalArgumentException.class);
    }
}
