/** How keys and values become bytes: strings, bytes, JSON, CBOR, Smile; compressed when large. */
package dev.keywright.codec;
