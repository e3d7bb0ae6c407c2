package dev.keywright.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.smile.SmileFactory;

/** The formats that Jackson writes and reads. */
enum Markup {
    JSON(Formats.JSON, Library.JACKSON) {
        @Override
        JsonFactory factory() {
            return new JsonFactory();
        }
    },
    CBOR(Formats.CBOR, Library.CBOR) {
        @Override
        JsonFactory factory() {
            return Cbor.factory();
        }
    },
    SMILE(Formats.SMILE, Library.SMILE) {
        @Override
        JsonFactory factory() {
            return Smile.factory();
        }
    };

    final byte format;
    final Library library;

    Markup(byte format, Library library) {
        this.format = format;
        this.library = library;
    }

    abstract JsonFactory factory();

    /** The mapper's own factory, with its settings, where it is of this format. */
    JsonFactory factory(JsonFactory own) {
        return own.getFormatName().equalsIgnoreCase(name()) ? own : factory();
    }

    /** A class of its own, so that nobody loads it where the library is missing. */
    private static final class Cbor {
        static JsonFactory factory() {
            return new CBORFactory();
        }
    }

    /** As {@link Cbor}. */
    private static final class Smile {
        static JsonFactory factory() {
            return new SmileFactory();
        }
    }
}
