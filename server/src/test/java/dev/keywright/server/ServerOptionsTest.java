package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerOptionsTest {

    @Test
    void directivesKeepTheirOrderAndTheLastOneWins() {
        ServerOptions options = ServerOptions.DEFAULTS
                .withDirective("maxmemory", "1mb")
                .withDirective("hz", "20")
                .withDirectives(Map.of("maxmemory", "2mb"));

        assertThat(options.directives().toString()).isEqualTo("{maxmemory=2mb, hz=20}");
        assertThat(ServerOptions.DEFAULTS.directives()).isEmpty();
    }

    @Test
    void directivesThatAreOursAreRefused() {
        assertThat(ServerOptions.isOurs("bind")).isTrue();
        assertThat(ServerOptions.isOurs("maxmemory")).isFalse();
        assertRefused("bind", "0.0.0.0", "bound to 127.0.0.1");
        assertRefused("dir", "/tmp", "use withFolder");
        assertRefused("include", "/etc/passwd", "Leave it out");
    }

    @Test
    void aDirectiveCannotSmuggleInAnother() {
        assertRefused("maxmemory", "1mb\nbind 0.0.0.0", "holds a line break");
        assertRefused("maxmemory 1mb\nbind", "0.0.0.0", "is no name of a directive");
        assertRefused("BIND", "0.0.0.0", "is no name of a directive");
    }

    @Test
    void aPortAndAPasswordAreChecked() {
        assertRefused("port", "0", "is no port");
        assertRefused("port", "70000", "is no port");
        assertRefused("port", "abc", "is no port");
        assertRefused("requirepass", "two words", "Choose a plain word");
        assertThat(ServerOptions.DEFAULTS.withDirective("port", "65535").directives())
                .containsEntry("port", "65535");
    }

    @Test
    void directivesOfOneNodeAndUsersAreCheckedToo() {
        ServerOptions options = ServerOptions.DEFAULTS
                .withNodeDirective(1, "maxmemory", "1mb")
                .withNodeDirective(1, "maxmemory", "2mb")
                .withUser("ann", "secret", "~a:*", "+get");

        assertThat(options.nodeDirectives()).containsEntry(1, Map.of("maxmemory", "2mb"));
        assertThat(options.users()).hasSize(1);
        assertThat(options.users().get(0).line())
                .startsWith("user ann on #2bb80d537b1da3e3")
                .endsWith(" ~a:* +get");
        assertThatThrownBy(() -> options.withNodeDirective(0, "bind", "0.0.0.0"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> options.withUser("two words", "secret")).hasMessageContaining("without blanks");
        assertThatThrownBy(() -> options.withUser("ann", "secret", "+get\nbind *"))
                .hasMessageContaining("line break");
        assertThatThrownBy(() -> options.withUser("default", "secret")).hasMessageContaining("requirepass");
    }

    private static void assertRefused(String name, String value, String part) {
        assertThatThrownBy(() -> ServerOptions.DEFAULTS.withDirective(name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(part);
    }
}
