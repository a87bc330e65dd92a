// What a look or a story waits for.
export const isNarrow = (page) => page.viewportSize().width < 900;

// Whether a page of the PDF is there, by what stands on it.
export const drawnPdf = (page, text) => page.locator(".pdf-text").getByText(text).first().waitFor();

export const see = (page, text) => page.locator("main").getByText(text).first().waitFor();
