/** How the service is named on its pages. */
export interface Brand {
  readonly name: string;
}

export const defaultBrand: Brand = { name: 'Grantor' };
