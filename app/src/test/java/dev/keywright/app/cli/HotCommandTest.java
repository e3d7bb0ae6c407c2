package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.server.Standalone;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class HotCommandTest {

    @Test
    void findsTheHotKeyAndEndsWithFour() throws IOException, InterruptedException {
        try (Standalone server = Standalone.start();
                Connection connection = Connection.open(server.uri())) {
            CountDownLatch stop = new CountDownLatch(1);
            Thread traffic = new Thread(() -> {
                while (stop.getCount() > 0) {
                    connection.call(Command.named("GET").key("banner").build());
                }
            });
            traffic.start();
            Call text = call("--seconds", "1", server.uri());
            Call json = call("--seconds", "1", "--json", server.uri());
            stop.countDown();
            traffic.join();

            assertThat(text.status()).as(text.err()).isEqualTo(Main.UNPROVEN);
            assertThat(text.out()).contains("banner", "hot-key-operations", "price:", "GET banner", "not switched");
            JsonNode report = new ObjectMapper().readTree(json.out());
            assertThat(report.path("schema").asText()).isEqualTo("keywright.hot/1");
            assertThat(report.at("/nodes/0/sample/keys/0/key").asText()).isEqualTo("banner");
        }
    }

    @Test
    void saysThatNothingIsHotOnlyWhereItCouldLook() {
        try (Standalone server = Standalone.start()) {
            server.command("ACL", "SETUSER", "min", "on", ">p", "~*", "-@all", "+ping", "+info", "+role");
            Call refused = call("--seconds", "0.1", server.uri().replace("//", "//min:p@"));
            assertThat(refused.status()).isEqualTo(Main.FAILED);
            assertThat(refused.err()).contains("grant +monitor");
            assertThat(refused.out()).contains("MONITOR was refused");

            Call idle = call("--seconds", "0.1", server.uri());
            assertThat(idle.status()).isEqualTo(Main.ANSWERED);
            assertThat(idle.out()).contains("too few commands").doesNotContain("reads/writes");
        }
    }

    @Test
    void refusesToListenForLong() {
        assertThat(call("--seconds", "11", "redis://127.0.0.1:1").err()).contains("at most 10");
        assertThat(call("--top", "0", "redis://127.0.0.1:1").status()).isEqualTo(Main.USAGE);
        assertThat(call().status()).isEqualTo(Main.USAGE);
    }

    private static Call call(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = new CommandLine(new HotCommand(new Screen(false, 100, false)))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Call(status, out.toString(), err.toString());
    }
}
