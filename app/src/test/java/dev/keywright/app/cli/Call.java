package dev.keywright.app.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/** One call of the command line within this process, and what it did. */
record Call(int status, String out, String err) {

    static Call of(String... args) {
        return withInput("", args);
    }

    static Call withInput(String in, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(
                args,
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(out),
                new PrintWriter(err, true));
        return new Call(status, out.toString(), err.toString());
    }
}
